/**
 * The form of each type of the API: names of fields and their Go types, made by `scripts/schema.ts`. The server decodes
 * with it. A field's code is `s` string, `i` int32, `l` int64, `f` float64, `b` bool, `q` quantity, `t` time, `m` time with
 * microseconds, `y` bytes, `x` int or string, `*` anything, `[…` a list, `{…` a map, `=Type` another type; `:Name` is Go's
 * name of a string type, and a leading `!` keeps the field when it is empty.
 */
export type Structure = Readonly<Record<string, Readonly<Record<string, string>>>>;

let loaded: Structure | undefined;

/** Loads the structure; it is no part of the engine's first download. Call it through `outside` of a routine. */
export async function loadStructure(): Promise<Structure> {
  loaded ??= (await import('../../../generated/schema/structure.json')).default as Structure;
  return loaded;
}

/** The structure if it has been loaded. */
export function structureNow(): Structure | undefined {
  return loaded;
}

/** A JSON Schema of a kind or of a type that kinds use. */
export interface Definition {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly required?: readonly string[];
  readonly items?: Definition;
  readonly additionalProperties?: Definition;
  readonly oneOf?: readonly Definition[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
}

/** The schema of all kinds, with descriptions: references are `#/definitions/io.k8s.api.core.v1.PodSpec`. */
export interface KubernetesSchema {
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly [key: string]: unknown;
}

let schema: KubernetesSchema | undefined;

/** Loads the full schema (about 85 kB compressed): for the editor, `kubectl explain`, and OpenAPI. */
export async function loadSchema(): Promise<KubernetesSchema> {
  schema ??= (await import('../../../generated/schema/kubernetes.json')).default as unknown as KubernetesSchema;
  return schema;
}

/** The full schema if it has been loaded. */
export function schemaNow(): KubernetesSchema | undefined {
  return schema;
}

/** The name of the definition of a kind, or undefined. */
export function definitionOfKind(
  of: KubernetesSchema,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
): string | undefined {
  for (const [name, definition] of Object.entries(of.definitions)) {
    const fits = definition['x-kubernetes-group-version-kind']?.some(
      (each) => each.group === kind.group && each.version === kind.version && each.kind === kind.kind,
    );
    if (fits === true) return name;
  }
  return undefined;
}

/** The definitions that some need, themselves included: what a document about one group holds. */
export function reachableDefinitions(of: KubernetesSchema, names: readonly string[]): Record<string, Definition> {
  const found: Record<string, Definition> = {};
  const visit = (definition: Definition | undefined): void => {
    if (definition === undefined) return;
    const name = definition.$ref?.slice('#/definitions/'.length);
    if (name !== undefined && found[name] === undefined) {
      const target = of.definitions[name];
      if (target === undefined) return;
      found[name] = target;
      visit(target);
    }
    for (const property of Object.values(definition.properties ?? {})) visit(property);
    visit(definition.items);
    visit(definition.additionalProperties);
  };
  for (const name of names) visit({ $ref: `#/definitions/${name}` });
  return found;
}
