import { Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import { formatValue } from '../go/value.ts';
import { wordWrap } from '../go/wordwrap.ts';
import { type GroupVersionKind, mapValues, type OpenApiDocument, resolveRef, type Schema } from './schema.ts';

/** Which resource is explained, and which field of it. */
export interface Subject {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly fields: readonly string[];
}

/** What was written, and the failure that it ended in. */
export interface Explanation {
  readonly text: string;
  readonly failure?: Failure;
}

/** `kubectl explain` in its plain form (explain/v2's plaintext template). */
export function renderExplanation(document: OpenApiDocument, subject: Subject, recursive: boolean): Explanation {
  const gvk = findKind(document, subject);
  if (gvk === undefined)
    return failed(
      '',
      `GVR (${subject.group}/${subject.version}, Resource=${subject.resource}) not found in OpenAPI schema`,
    );
  const group = gvk.group === '' ? '' : `GROUP:      ${gvk.group}\n`;
  const head = `${group}KIND:       ${gvk.kind}\nVERSION:    ${gvk.version}\n\n`;
  const schema = Object.values(document.components?.schemas ?? {}).find((one) =>
    one['x-kubernetes-group-version-kind']?.some(
      ({ group, version, kind }) => group === gvk.group && version === gvk.version && kind === gvk.kind,
    ),
  );
  if (schema === undefined)
    return failed(
      head,
      `GVK map[group:${gvk.group} kind:${gvk.kind} version:${gvk.version}] not found in OpenAPI schema`,
    );
  const text = new Renderer(document, recursive).output(schema, subject.fields, new Set());
  return text === ''
    ? failed(head, `field ${goQuote(subject.fields.at(-1) ?? '')} does not exist`)
    : { text: `${head}${text}\n` };
}

function failed(text: string, message: string): Explanation {
  return { text, failure: new Failure(`error: ${message}`) };
}

/** The kind that the resource's operations handle. */
function findKind(document: OpenApiDocument, { group, version, resource }: Subject): GroupVersionKind | undefined {
  const prefix = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  let found: GroupVersionKind | undefined;
  for (const path of [
    `${prefix}/${resource}`,
    `${prefix}/${resource}/{name}`,
    `${prefix}/namespaces/{namespace}/${resource}`,
    `${prefix}/namespaces/{namespace}/${resource}/{name}`,
  ]) {
    const operations = document.paths?.[path];
    if (operations === undefined) continue;
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const gvk = operations[method]?.['x-kubernetes-group-version-kind'];
      if (gvk === undefined) continue;
      found = gvk;
      break;
    }
  }
  return found;
}

class Renderer {
  private readonly document: OpenApiDocument;
  private readonly recursive: boolean;

  constructor(document: OpenApiDocument, recursive: boolean) {
    this.document = document;
    this.recursive = recursive;
  }

  /** Follows the fields, then prints what is there; '' when they lead nowhere. */
  output(schema: Schema, fields: readonly string[], history: ReadonlySet<string>): string {
    const ref = schema.$ref ?? '';
    const resolved = resolveRef(schema.$ref, this.document) ?? schema;
    const [field, ...rest] = fields;
    if (field === undefined) {
      const description = this.description(resolved) || '<empty>';
      const list = this.fieldList(resolved, 1, new Set());
      return `DESCRIPTION:\n${indent(4, wordWrap(description, 76))}\n${list === '' ? '' : `FIELDS:\n${list}`}`;
    }
    if (ref !== '' && history.has(ref)) return '';
    const seen = new Set([...history, ref]);
    const property = resolved.properties?.[field];
    if (property !== undefined) {
      const head =
        rest.length === 0 ? `FIELD: ${field} <${this.typeGuess(property)}>\n${this.enumText(property, true)}\n\n` : '';
      return head + this.output(property, rest, new Set());
    }
    if (resolved.items !== undefined) return this.output(resolved.items, fields, seen);
    const values = mapValues(resolved);
    if (values !== undefined) return this.output(values, fields, seen);
    for (const part of resolved.allOf ?? []) {
      const text = this.output(part, fields, seen);
      if (text !== '') return text;
    }
    return '';
  }

  private description(schema: Schema): string {
    const resolved = resolveRef(schema.$ref, this.document) ?? schema;
    let text = resolved.description ? `${resolved.description}\n` : '';
    for (const part of resolved.allOf ?? []) text += this.description(part);
    if (resolved.items !== undefined) text += this.description(resolved.items);
    const values = mapValues(resolved);
    if (values !== undefined) text += this.description(values);
    return text;
  }

  private fieldList(schema: Schema, level: number, history: ReadonlySet<string>): string {
    const ref = schema.$ref ?? '';
    if (ref !== '' && history.has(ref)) return '';
    const seen = new Set([...history, ref]);
    const resolved = resolveRef(schema.$ref, this.document) ?? schema;
    let text = '';
    for (const name of Object.keys(resolved.properties ?? {}).sort()) {
      const property = resolved.properties?.[name];
      if (property === undefined) continue;
      text += this.fieldDetail(resolved, name, property, level);
      if (this.recursive) text += this.fieldList(property, level + 1, seen);
    }
    for (const part of resolved.allOf ?? []) text += this.fieldList(part, level, seen);
    if (resolved.items !== undefined) text += this.fieldList(resolved.items, level, seen);
    const values = mapValues(resolved);
    if (values !== undefined) text += this.fieldList(values, level, seen);
    return text;
  }

  private fieldDetail(owner: Schema, name: string, schema: Schema, level: number): string {
    const amount = level * 2;
    const required = owner.required?.includes(name) === true ? ' -required-' : '';
    let text = `${indent(amount, name)}\t<${this.typeGuess(schema)}>${required}${this.enumText(schema, false, amount)}\n`;
    if (!this.recursive)
      text += `${indent(amount + 2, wordWrap(schema.description || '<no description>', 78 - amount))}\n\n`;
    return text;
  }

  /** `string`, `[]Container`, `map[string]string`, ... */
  private typeGuess(schema: Schema): string {
    if (schema.items !== undefined) return `[]${this.typeGuess(schema.items)}`;
    const values = mapValues(schema);
    if (values !== undefined) return `map[string]${this.typeGuess(values)}`;
    const [only] = schema.allOf ?? [];
    if (only !== undefined && schema.allOf?.length === 1 && schema.properties === undefined)
      return this.typeGuess(only);
    if (schema.$ref !== undefined) {
      const target = resolveRef(schema.$ref, this.document);
      if (target?.type === undefined || target.type === 'object')
        return schema.$ref.split('/').at(-1)?.split('.').at(-1) || 'Object';
      return target.type;
    }
    return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type;
  }

  private enumText(schema: Schema, long: boolean, amount = 0): string {
    const values = schema.enum ?? [];
    if (values.length === 0) return '';
    const shown = values.map((value) => (value === '' ? '""' : formatValue(value)));
    if (long) return `ENUM:${shown.map((value) => `\n    ${value}`).join('')}`;
    return `\n${indent(amount, '')}enum: ${shown.slice(0, 4).join(', ')}${shown.length > 4 ? ', ....' : ''}`;
  }
}

function indent(amount: number, text: string): string {
  const pad = ' '.repeat(amount);
  return pad + text.replaceAll('\n', `\n${pad}`);
}
