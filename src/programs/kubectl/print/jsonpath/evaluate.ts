import { formatValue, typeName } from '../../go/value.ts';
import { compactJson, emitJson } from '../json.ts';
import { type Bound, type Node, parseTemplate } from './parse.ts';

/** A JSONPath template of kubectl (client-go's util/jsonpath). Errors are SyntaxError and RangeError in its words. */
export class JsonPath {
  private nodes: Node[];
  private beginRange = 0;
  private inRange = 0;
  private endRange = 0;
  private lastEnd: Node | undefined;
  private readonly allowMissingKeys: boolean;

  /** @throws SyntaxError */
  constructor(template: string, options: { readonly allowMissingKeys: boolean } = { allowMissingKeys: false }) {
    this.nodes = parseTemplate(template);
    this.allowMissingKeys = options.allowMissingKeys;
  }

  /** What each part of the template finds. @throws RangeError */
  find(data: unknown): unknown[][] {
    const found: unknown[][] = [];
    const nodes = this.nodes;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      if (node === undefined) break;
      const results = this.walk([data], node);
      if (this.endRange > 0 && this.endRange <= this.inRange) {
        this.endRange--;
        this.lastEnd = node;
        break;
      }
      if (this.beginRange > 0) {
        this.beginRange--;
        this.inRange++;
        const rest = nodes.slice(i + 1);
        if (results.length === 0) {
          this.nodes = rest;
          this.find(undefined);
        }
        for (const result of results) {
          this.nodes = rest;
          found.push(...this.find(result));
        }
        this.inRange--;
        const end = this.lastEnd === undefined ? -1 : nodes.indexOf(this.lastEnd, i + 1);
        if (end >= 0) i = end;
        this.nodes = nodes;
        continue;
      }
      found.push(results);
    }
    this.nodes = nodes;
    return found;
  }

  /** The template filled in. @throws RangeError */
  execute(data: unknown, asJson = false): string {
    return this.find(data)
      .map((results) => (asJson ? `${emitJson(results)}\n` : results.map(toText).join(' ')))
      .join('');
  }

  private walk(input: readonly unknown[], node: Node): unknown[] {
    switch (node.type) {
      case 'list':
        return node.nodes.reduce<unknown[]>((values, inner) => this.walk(values, inner), [...input]);
      case 'text':
        return [node.text];
      case 'literal':
        return input.map(() => node.value);
      case 'field':
        return this.field(input, node.name);
      case 'array':
        return input.flatMap((value) => slice(value, node.params));
      case 'filter':
        return this.filter(input, node);
      case 'wildcard':
        return input.flatMap(children);
      case 'recursive':
        return descend(input);
      case 'union':
        return node.nodes.flatMap((inner) => this.walk(input, inner));
      case 'identifier':
        if (node.name === 'range') {
          this.beginRange++;
          return [...input];
        }
        if (node.name !== 'end') throw new RangeError(`unrecognized identifier ${node.name}`);
        if (this.inRange === 0) throw new RangeError('not in range, nothing to end');
        this.endRange++;
        return [];
    }
  }

  private field(input: readonly unknown[], name: string): unknown[] {
    if (input.length === 0) return [];
    const results: unknown[] = [];
    for (const value of input) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      const record = value as Record<string, unknown>;
      if (Object.hasOwn(record, name) && record[name] !== undefined) results.push(record[name]);
    }
    if (results.length === 0 && !this.allowMissingKeys) throw new RangeError(`${name} is not found`);
    return results;
  }

  private filter(input: readonly unknown[], node: Extract<Node, { type: 'filter' }>): unknown[] {
    const results: unknown[] = [];
    for (const value of input) {
      if (!Array.isArray(value))
        throw new RangeError(`${formatValue(value)} is not array or slice and cannot be filtered`);
      for (const item of value as unknown[]) {
        if (node.operator === 'exists') {
          if (this.exists(item, node.left)) results.push(item);
          continue;
        }
        const left = single(this.walk([item], node.left));
        if (left === undefined) continue;
        const right = single(this.walk([item], node.right));
        if (right === undefined) continue;
        if (compare(left.value, right.value, node.operator)) results.push(item);
      }
    }
    return results;
  }

  private exists(item: unknown, node: Node): boolean {
    try {
      return this.walk([item], node).length > 0;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

function single(values: readonly unknown[]): { value: unknown } | undefined {
  if (values.length > 1) throw new RangeError('can only compare one element at a time');
  return values.length === 0 ? undefined : { value: values[0] };
}

function slice(value: unknown, [from, to, step]: readonly [Bound, Bound, Bound]): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new RangeError(`${typeName(value)} is not array or slice`);
  const { length } = value;
  let begin = from.known ? from.value : 0;
  if (begin < 0) begin += length;
  let end = to.known ? to.value : length;
  if (end < 0 || (end === 0 && to.derived === true)) end += length;
  if (begin === end) return [];
  if (begin >= length || begin < 0) throw new RangeError(`array index out of bounds: index ${begin}, length ${length}`);
  if (end > length || end < 0) throw new RangeError(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (begin > end) throw new RangeError(`starting index ${begin} is greater than ending index ${end}`);
  if (step.known && step.value <= 0) throw new RangeError('step must be > 0');
  return value.slice(begin, end).filter((_, i) => i % (step.known ? step.value : 1) === 0);
}

/** Values in a map (by key; Go's order is random) or a list. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}

function descend(input: readonly unknown[]): unknown[] {
  return input.flatMap((value) => {
    const inner = children(value);
    return inner.length === 0 ? [] : [value, ...descend(inner)];
  });
}

function compare(left: unknown, right: unknown, operator: string): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return less(left, right);
    case '<=':
      return less(left, right) || equal(left, right);
    case '>':
      return !(less(left, right) || equal(left, right));
    case '>=':
      return !less(left, right);
    default:
      throw new RangeError(`unrecognized filter operator ${operator}`);
  }
}

function basicKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  throw new RangeError('invalid type for comparison');
}

function equal(left: unknown, right: unknown): boolean {
  if (basicKind(left) !== basicKind(right)) throw new RangeError('incompatible types for comparison');
  return left === right;
}

function less(left: unknown, right: unknown): boolean {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) throw new RangeError('incompatible types for comparison');
  if (kind === 'boolean') throw new RangeError('invalid type for comparison');
  return (left as string | number) < (right as string | number);
}

function toText(value: unknown): string {
  if (typeof value === 'object' && value !== null) return compactJson(value);
  return value === null || value === undefined ? 'null' : formatValue(value);
}
