/**
 * Describes the kinds of the API, from the declarations of kubernetes-models, in two forms:
 *
 * - `generated/schema/kubernetes.json`, a JSON Schema with descriptions: completion and hover in the editor, `kubectl
 *   explain`, and the server's OpenAPI documents.
 * - `generated/schema/structure.json`, names and Go types of fields alone: what the server decodes with.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Declaration, Declarations, type Field, type FieldType, VALUES } from './schema/declarations.ts';
import { GO_NAMES, NEWER, PATCHES, POINTERS, ROOTS } from './schema/facts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const target = join(root, 'generated', 'schema');
mkdirSync(target, { recursive: true });

const declarations = new Declarations(modules);
const kinds = ROOTS.flatMap(({ folder, group, version, kinds: names }) =>
  names.map((kind) => ({
    group,
    version,
    kind,
    definition: declarations.read(join(modules, 'kubernetes-models', folder, `${kind}.d.ts`)),
  })),
);

const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1);
const fieldsOf = (declaration: Declaration): Field[] =>
  declaration.fields.filter((field) => NEWER[shortName(declaration.name)]?.includes(field.name) !== true);

/** Definitions that the kinds reach once newer fields are gone. */
const reached = new Set<string>();
const reach = (name: string): void => {
  const declaration = declarations.found.get(name);
  if (reached.has(name) || declaration === undefined) return;
  reached.add(name);
  for (const field of fieldsOf(declaration)) {
    let { type } = field;
    while (type.is === 'list' || type.is === 'map') type = type.of;
    if (type.is === 'type') reach(type.name);
  }
};
for (const { definition } of kinds) reach(definition);
const all = [...reached].sort().flatMap((name) => declarations.found.get(name) ?? []);

type Json = { [key: string]: unknown };

const VALUE_SCHEMAS: Readonly<Record<string, Json>> = {
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  any: { type: 'object' },
};

function schemaOf(type: FieldType): Json {
  switch (type.is) {
    case 'list':
      return { type: 'array', items: schemaOf(type.of) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(type.of) };
    case 'type':
      return { $ref: `#/definitions/${type.name}` };
    case 'number':
      return { type: type.format === 'double' ? 'number' : 'integer', format: type.format };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'any':
      return { type: 'object' };
    default:
      return { type: type.is, ...(type.values === undefined ? {} : { enum: type.values }) };
  }
}

function definitionOf(declaration: Declaration): Json {
  const about = declaration.description === '' ? {} : { description: declaration.description };
  const value = VALUES[declaration.name];
  if (value !== undefined) return { ...about, ...VALUE_SCHEMAS[value] };
  const short = shortName(declaration.name);
  const properties: Json = {};
  const required: string[] = [];
  for (const field of fieldsOf(declaration)) {
    const patch = PATCHES[`${short}.${field.name}`];
    // A kind says its own name in both; any text will do for the schema of the object.
    const type: FieldType = ['apiVersion', 'kind'].includes(field.name) ? { is: 'string' } : field.type;
    properties[field.name] = {
      ...(field.description === '' ? {} : { description: field.description }),
      ...schemaOf(type),
      ...(patch?.key === undefined ? {} : { 'x-kubernetes-patch-merge-key': patch.key }),
      ...(patch === undefined ? {} : { 'x-kubernetes-patch-strategy': patch.strategy }),
    };
    if (field.required && !['apiVersion', 'kind'].includes(field.name)) required.push(field.name);
  }
  const own = kinds.filter((each) => each.definition === declaration.name);
  return {
    ...about,
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(own.length === 0
      ? {}
      : {
          'x-kubernetes-group-version-kind': own.map(({ group, kind, version }) => ({ group, kind, version })),
        }),
  };
}

const apiVersion = (group: string, version: string) => (group === '' ? version : `${group}/${version}`);

writeJson('kubernetes.json', {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Kubernetes v1.33',
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', enum: [...new Set(kinds.map(({ group, version }) => apiVersion(group, version)))] },
    kind: { type: 'string', enum: kinds.map(({ kind }) => kind).sort() },
  },
  allOf: kinds.map(({ group, version, kind, definition }) => {
    const condition = {
      properties: { apiVersion: { const: apiVersion(group, version) }, kind: { const: kind } },
      required: ['apiVersion', 'kind'],
    };
    // Entries, as a literal with `then` looks like a promise.
    return Object.fromEntries([
      ['if', condition],
      ['then', { $ref: `#/definitions/${definition}` }],
    ]);
  }),
  definitions: Object.fromEntries(all.map((declaration) => [declaration.name, definitionOf(declaration)])),
});

/** Codes of plain types in the structure. */
const CODES: Readonly<Record<string, string>> = {
  string: 's',
  boolean: 'b',
  bytes: 'y',
  any: '*',
  int32: 'i',
  int64: 'l',
  double: 'f',
  quantity: 'q',
  time: 't',
  microtime: 'm',
  intOrString: 'x',
};

function codeOf(owner: string, field: Field, type: FieldType): string {
  switch (type.is) {
    case 'list':
      return `[${codeOf(owner, field, type.of)}`;
    case 'map':
      return `{${codeOf(owner, field, type.of)}`;
    case 'number':
      return CODES[type.format] ?? 'i';
    case 'type': {
      const value = VALUES[type.name];
      return value === undefined ? `=${keys.get(type.name)}` : (CODES[value] ?? '*');
    }
    default: {
      const bytes = ['Secret.data', 'ConfigMap.binaryData'].includes(`${owner}.${field.name}`);
      const name = GO_NAMES[`${owner}.${field.name}`];
      return `${bytes ? 'y' : (CODES[type.is] ?? 's')}${name === undefined ? '' : `:${name}`}`;
    }
  }
}

const structure: Record<string, Record<string, string>> = {};
/** Names of types in the structure: short, unless two groups have a type of one name. */
const keys = new Map<string, string>();
for (const { name } of all) {
  const short = shortName(name);
  const twin = all.some((each) => each.name !== name && shortName(each.name) === short);
  keys.set(name, twin && !name.startsWith('io.k8s.api.core.') ? name.split('.').slice(-3).join('.') : short);
}
for (const declaration of all) {
  if (VALUES[declaration.name] !== undefined) continue;
  const owner = shortName(declaration.name);
  const key = keys.get(declaration.name) ?? owner;
  const fields: Record<string, string> = {};
  for (const field of fieldsOf(declaration)) {
    const keeps =
      field.required ||
      POINTERS.has(field.name) ||
      POINTERS.has(`${owner}.${field.name}`) ||
      POINTERS.has(`${key}.${field.name}`);
    fields[field.name] = `${keeps ? '!' : ''}${codeOf(owner, field, field.type)}`;
  }
  structure[key] = fields;
}
writeJson('structure.json', structure);

/** Leaves a file alone that is right already, so that a watching server does not reload for nothing. */
function writeJson(name: string, value: unknown): void {
  const path = join(target, name);
  const text = JSON.stringify(value);
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {}
  writeFileSync(path, text);
}
