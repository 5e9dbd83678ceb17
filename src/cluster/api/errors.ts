import type { FieldError, KindDefinition } from './kind.ts';
import { ApiError, type Status } from './types.ts';

type Named = Pick<KindDefinition, 'group' | 'plural' | 'kind'>;

/** `pods` or `deployments.apps`: how messages name a resource (schema.GroupResource). */
export function resourceName(kind: Named): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** `Pod` or `Deployment.apps`: how Invalid names a kind (schema.GroupKind). */
export function kindName(kind: Named): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

function failure(code: number, reason: string, message: string, details?: Status['details']): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  });
}

function details(kind: Named, name: string): Status['details'] {
  return { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural };
}

/** The errors of apimachinery's api/errors, each with its own words. */
export const errors = {
  notFound: (kind: Named, name: string) =>
    failure(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, details(kind, name)),
  alreadyExists: (kind: Named, name: string) =>
    failure(409, 'AlreadyExists', `${resourceName(kind)} "${name}" already exists`, details(kind, name)),
  conflict: (kind: Named, name: string, why: string) =>
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`,
      details(kind, name),
    ),
  forbidden: (kind: Named, name: string, why: string) =>
    failure(
      403,
      'Forbidden',
      `${resourceName(kind)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`,
      details(kind, name),
    ),
  invalid(kind: Named, name: string, list: readonly FieldError[]): ApiError {
    // ErrorList.ToAggregate names each message once.
    const texts = [...new Set(list.map(fieldErrorText))];
    const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    return failure(422, 'Invalid', `${kindName(kind)} "${name}" is invalid: ${all}`, {
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: list.map((error) => ({ reason: CAUSES[error.type], message: fieldErrorBody(error), field: error.field })),
    });
  },
  badRequest: (message: string) => failure(400, 'BadRequest', message),
  /** An error that the server has no reason for: kubectl prints it bare. */
  unknown: (message: string) => failure(500, '', message),
  timeout: (message: string, causes: NonNullable<Status['details']>['causes'] = []) =>
    failure(504, 'Timeout', `Timeout: ${message}`, { causes, retryAfterSeconds: 1 }),
  tooManyRequests: (message: string, extra: Status['details'] = {}) => failure(429, 'TooManyRequests', message, extra),
  tooLarge: (message: string) => failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`),
  serviceUnavailable: (message: string) => failure(503, 'ServiceUnavailable', message),
  gone: (message: string) => failure(410, 'Expired', message),
  methodNotAllowed: (message: string) => failure(405, 'MethodNotAllowed', message),
  unsupportedMediaType: (message: string) => failure(415, 'UnsupportedMediaType', message),
  noResource: () => failure(404, 'NotFound', 'the server could not find the requested resource'),
  internal: (message: string) => failure(500, 'InternalError', `Internal error occurred: ${message}`),
  applyConflict: (message: string, causes: { reason: string; message: string; field: string }[]) =>
    failure(409, 'Conflict', message, { causes }),
  /** NewMethodNotSupported: `get is not supported on resources of kind "bindings"`. */
  notSupported: (kind: Named, action: string) =>
    failure(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${resourceName(kind)}"`, {
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.plural,
    }),
};

const CAUSES: Readonly<Record<FieldError['type'], string>> = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Unsupported value': 'FieldValueNotSupported',
  'Duplicate value': 'FieldValueDuplicate',
  Forbidden: 'FieldValueForbidden',
  'Not found': 'FieldValueNotFound',
  'Too long': 'FieldValueTooLong',
  'Too many': 'FieldValueTooMany',
  'Internal error': 'InternalError',
};

/** field.Error.Error(): `spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}

/** field.Error.ErrorBody(). */
function fieldErrorBody(error: FieldError): string {
  const bare =
    error.type === 'Required value' ||
    error.type === 'Forbidden' ||
    error.type === 'Too long' ||
    error.type === 'Internal error';
  const shown = bare || error.value === undefined ? error.type : `${error.type}: ${goValue(error.value)}`;
  return error.detail === '' ? shown : `${shown}: ${error.detail}`;
}

/** A value whose text is ready: what a message shows in Go's own syntax, such as `core.ServicePort{Name:"", ...}`. */
export class GoSyntax {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Go's %#v for what field errors print: strings quoted, numbers and booleans bare, lists and maps of strings typed. */
function goValue(value: unknown): string {
  if (value instanceof GoSyntax) return value.text;
  if (value === null) return '"null"';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string')) return `[]string{${value.map(goValue).join(', ')}}`;
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!entries.every(([, item]) => typeof item === 'string')) return JSON.stringify(value);
  return `map[string]string{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(', ')}}`;
}
