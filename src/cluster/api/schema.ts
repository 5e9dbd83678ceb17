import type { KubeObject } from './types.ts';

/** Names of fields and their Go types by type; see `resources/structure.ts` for the codes. */
export type FieldTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An object decoded into its Go type. */
export interface DecodedObject {
  /** As Go would write it again. */
  readonly object: KubeObject;
  /** Paths of fields that the type does not have. */
  readonly unknown: readonly string[];
  /** Go's words for a value of a wrong type; undefined when there is none. */
  readonly error: string | undefined;
}

/** A JSON Schema of a type, as far as OpenAPI needs it. */
export type Definition = Readonly<Record<string, unknown>>;

/**
 * What the server knows about the fields of kinds. It is data that is loaded when a request first needs it, so that a page
 * that only looks at a cluster does not wait for it.
 */
export interface FieldSchema {
  /** Loads {@link types}. */
  load(): Promise<unknown>;
  /** Undefined until loaded: then nothing is decoded, and objects are taken as they are. */
  types(): FieldTypes | undefined;
  decode(kind: string, object: KubeObject): DecodedObject;
  /** Loads {@link definitions}. */
  loadDefinitions(): Promise<unknown>;
  /** JSON Schemas by full name (`io.k8s.api.core.v1.Pod`), with descriptions; undefined until loaded. */
  definitions(): Readonly<Record<string, Definition>> | undefined;
}
