import { errors } from '../errors.ts';
import type { KindDefinition } from '../kind.ts';
import { apiVersionOf } from '../registry.ts';
import type { FieldSchema } from '../schema.ts';
import type { KubeObject } from '../types.ts';

/** What of a request decoding needs. */
export interface DecodeOptions {
  /** `Ignore`, `Warn` (the default) or `Strict`: what to do about unknown fields. */
  readonly validation: string;
  warn(text: string): void;
}

/**
 * Decodes the object that a client sent for a kind: group, version and kind fit, every field is known and of its type.
 * @throws ApiError BadRequest in the server's words
 */
export function decodeObject(
  schema: FieldSchema | undefined,
  kind: KindDefinition,
  given: KubeObject,
  options: DecodeOptions,
): KubeObject {
  checkKind(kind, given);
  if (schema === undefined) return given;
  const { object, unknown, error } = schema.decode(kind.kind, given);
  const refuse = (why: string) =>
    errors.badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${why}`,
    );
  if (error !== undefined) throw refuse(error);
  reportUnknown(unknown, options, (why) => refuse(why));
  return object;
}

/** Unknown fields warn, are refused, or pass. `refuse` makes the error of what a strict decoder says. */
export function reportUnknown(
  unknown: readonly string[],
  { validation, warn }: DecodeOptions,
  refuse: (why: string) => Error,
): void {
  if (unknown.length === 0 || validation === 'Ignore') return;
  const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (validation === 'Strict') throw refuse(`strict decoding error: ${texts.join(', ')}`);
  for (const text of texts) warn(text);
}

function checkKind(kind: KindDefinition, given: KubeObject): void {
  const expected = apiVersionOf(kind);
  const { apiVersion = expected, kind: name = kind.kind } = given;
  if (apiVersion === expected && name === kind.kind) return;
  const version = apiVersion.split('/').at(-1) ?? '';
  if (apiVersion !== expected)
    throw errors.badRequest(
      name === kind.kind
        ? `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`
        : `no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  const internal = kind.group === '' ? 'core' : kind.group.split('.')[0];
  throw errors.badRequest(
    `${name} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: converting (${version}.${name}) to (${internal}.${kind.kind}): unknown conversion`,
  );
}
