import type { ApiRequest } from '../client.ts';
import { errors } from '../errors.ts';
import type { FieldError } from '../kind.ts';
import type { ServerWriteOptions } from '../registry.ts';
import type { KubeObject, PatchType } from '../types.ts';
import type { Call } from './handler.ts';

const PATCH_TYPES: readonly string[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

export function isPatchType(type: string): type is PatchType {
  return PATCH_TYPES.includes(type);
}

/** The body as an object. @throws ApiError BadRequest */
export function readBody(request: ApiRequest): KubeObject {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw errors.badRequest(
      body === undefined || body === ''
        ? 'EOF'
        : "couldn't get version/kind; json parse error: json: cannot unmarshal " +
            `${Array.isArray(body) ? 'array' : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  return body as KubeObject;
}

/** dryRun, fieldManager, fieldValidation of a create, update or patch. @throws ApiError Invalid */
export function writeOptions(call: Call): ServerWriteOptions {
  const { query, request } = call;
  const kind =
    request.method === 'POST' ? 'CreateOptions' : request.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions';
  const problems = optionProblems(query);
  if (problems.length > 0) throw errors.invalid({ group: 'meta.k8s.io', plural: kind, kind }, '', problems);
  return {
    dryRun: query.has('dryRun') && query.get('dryRun') !== '',
    fieldManager: managerOf(call),
    warn: call.warn,
  };
}

/** Checks what is the patch's own, and gives its type. @throws ApiError Invalid */
export function patchOptions({ query, request }: Call): string {
  const type = (request.headers?.['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const apply = type === 'application/apply-patch+yaml';
  const problems: FieldError[] = [];
  if (apply && (query.get('fieldManager') ?? '') === '')
    problems.push({ type: 'Required value', field: 'fieldManager', detail: 'is required for apply patch' });
  if (!apply && query.has('force'))
    problems.push({ type: 'Forbidden', field: 'force', detail: 'may not be specified for non-apply patch' });
  const kind = 'PatchOptions';
  if (problems.length > 0) throw errors.invalid({ group: 'meta.k8s.io', plural: kind, kind }, '', problems);
  return type;
}

/** dryRun, fieldManager and fieldValidation as meta/v1/validation checks them. */
export function optionProblems(query: URLSearchParams): FieldError[] {
  const problems: FieldError[] = [];
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > 128)
    problems.push({ type: 'Too long', field: 'fieldManager', detail: 'may not be more than 128 bytes' });
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All'))
    problems.push({ type: 'Unsupported value', field: 'dryRun', value: dryRun, detail: 'supported values: "All"' });
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation))
    problems.push({
      type: 'Unsupported value',
      field: 'fieldValidation',
      value: validation,
      detail: 'supported values: "", "Ignore", "Strict", "Warn"',
    });
  return problems;
}

/** managerOrUserAgent: who does not say who it is goes by the program's name. */
function managerOf({ query, request }: Call): string {
  const given = query.get('fieldManager') ?? '';
  if (given !== '') return given;
  return (request.headers?.['user-agent'] ?? 'unknown').split('/')[0]?.replace(/[^\x20-\x7e]/g, '') ?? 'unknown';
}
