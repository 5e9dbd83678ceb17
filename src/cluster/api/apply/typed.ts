import { same } from '../equality.ts';
import { BY_VALUE, KEY_DEFAULTS } from '../list-types.ts';
import { type Dict, goText, isDict, type Json } from '../patch/json.ts';
import { FieldSet } from './field-set.ts';
import type { Shape, Shapes } from './shape.ts';

type ListShape = Extract<Shape, { is: 'list' }>;

/** What changed between two objects. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Objects seen through their types (structured-merge-diff, typed). */
export class Typed {
  private readonly shapes: Shapes;

  constructor(shapes: Shapes) {
    this.shapes = shapes;
  }

  /** The paths of all that an applied object says. */
  fields(value: Json, shape: Shape): FieldSet {
    const set = new FieldSet();
    if (!isDict(value)) return set;
    this.collect(value, shape, [], set);
    return set;
  }

  /** Paths that two objects differ in. What is null is absent. */
  compare(before: Json, after: Json, shape: Shape): Comparison {
    const comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
    this.diff(before ?? undefined, after ?? undefined, shape, [], comparison);
    return comparison;
  }

  /** The live object with what is applied on top. */
  merge(live: Json, applied: Json, shape: Shape): Json {
    if (applied === undefined) return live;
    if (live === undefined || live === null || applied === null) return applied;
    if (shape.is === 'list' && shape.items !== 'atomic' && Array.isArray(live) && Array.isArray(applied))
      return this.mergeList(live, applied, shape);
    const open = (shape.is === 'struct' || shape.is === 'map') && !shape.atomic;
    if (!open || !isDict(live) || !isDict(applied)) return applied;
    const out: Dict = { ...live };
    for (const [key, value] of Object.entries(applied)) {
      const inner = this.inner(shape, key);
      out[key] = inner === undefined ? value : this.merge(live[key], value, inner);
    }
    return out;
  }

  /** The object without the paths of a set. */
  remove(value: Json, set: FieldSet, shape: Shape): Json {
    if (set.empty) return value;
    if (shape.is === 'list' && shape.items !== 'atomic' && Array.isArray(value)) {
      const kept: Json[] = [];
      for (const item of value) {
        const element = this.element(item, shape);
        if (element !== undefined && set.members.has(element)) continue;
        const below = element === undefined ? undefined : set.children.get(element);
        kept.push(below === undefined ? item : this.remove(item, below, shape.of));
      }
      return kept.length === 0 ? undefined : kept;
    }
    if ((shape.is !== 'struct' && shape.is !== 'map') || shape.atomic || !isDict(value)) return value;
    const out: Dict = {};
    for (const [key, item] of Object.entries(value)) {
      const element = `f:${key}`;
      if (set.members.has(element)) continue;
      const below = set.children.get(element);
      const inner = this.inner(shape, key);
      const left = below === undefined || inner === undefined ? item : this.remove(item, below, inner);
      if (left !== undefined) out[key] = left;
    }
    return Object.keys(out).length === 0 ? undefined : out;
  }

  /** EnsureNamedFieldsAreMembers: fields of structs that have paths below them belong to the set themselves. */
  withNamedFields(set: FieldSet, shape: Shape | undefined): FieldSet {
    const members = new Set(set.members);
    const children: [string, FieldSet][] = [];
    for (const [element, child] of set.children) {
      const name = element.startsWith('f:') ? element.slice(2) : undefined;
      const inner =
        name === undefined
          ? shape?.is === 'list'
            ? shape.of
            : undefined
          : shape === undefined
            ? undefined
            : this.inner(shape, name);
      if (name !== undefined && shape?.is === 'struct' && inner !== undefined) members.add(element);
      children.push([element, this.withNamedFields(child, inner)]);
    }
    return new FieldSet(members, children);
  }

  /** What is wrong with an applied object: unknown fields, values of other types, items without keys or with the same. */
  problems(value: Json, shape: Shape): string[] {
    const found: string[] = [];
    this.validate(value, shape, '', found);
    return found;
  }

  /** An object that is new, as Go makes it: the structs it holds by value are there, and empty. */
  blank(type: string): Dict {
    const made: Dict = {};
    for (const [name, code] of Object.entries(this.shapes.types[type] ?? {})) {
      const inner = /^!?=(.+)$/.exec(code)?.[1];
      if (inner === undefined) continue;
      if (['metadata', 'spec', 'status'].includes(name) || BY_VALUE.has(`${type}.${name}`))
        made[name] = inner === 'ObjectMeta' ? {} : this.blank(inner);
    }
    return made;
  }

  private collect(value: Json, shape: Shape, path: readonly string[], set: FieldSet): void {
    if (shape.is === 'scalar' || (shape.is !== 'list' && shape.atomic)) {
      set.insert(path);
      return;
    }
    if (shape.is === 'list') {
      if (shape.items === 'atomic') set.insert(path);
      else if (Array.isArray(value))
        for (const item of value) {
          const element = this.element(item, shape);
          if (element === undefined) continue;
          const at = [...path, element];
          if (shape.items !== 'set') this.collect(item, shape.of, at, set);
          set.insert(at);
        }
      return;
    }
    if (!isDict(value)) return;
    for (const [key, item] of Object.entries(value)) {
      const inner = this.inner(shape, key);
      if (inner === undefined) continue;
      const at = [...path, `f:${key}`];
      this.collect(item, inner, at, set);
      const empty = item === null || (isDict(item) && Object.keys(item).length === 0);
      if (empty || shape.is === 'map') set.insert(at);
    }
  }

  private diff(before: Json, after: Json, shape: Shape, path: readonly string[], into: Comparison): void {
    if (before === after) return;
    const leaf = () => {
      if (before === undefined) into.added.insert(path);
      else if (after === undefined) into.removed.insert(path);
      else if (!same(before, after)) into.modified.insert(path);
    };
    const isLeaf =
      shape.is === 'scalar' ||
      (shape.is === 'list' ? shape.items === 'atomic' : shape.atomic) ||
      (isEmpty(before) && isEmpty(after));
    if (isLeaf) {
      leaf();
      return;
    }
    if (shape.is === 'list') this.diffItems(before, after, shape, path, into);
    else {
      const [left, right] = [isDict(before) ? before : {}, isDict(after) ? after : {}];
      for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
        const inner = this.inner(shape, key);
        if (inner !== undefined)
          this.diff(left[key] ?? undefined, right[key] ?? undefined, inner, [...path, `f:${key}`], into);
      }
    }
    if (before === undefined) into.added.insert(path);
    else if (after === undefined) into.removed.insert(path);
  }

  private diffItems(before: Json, after: Json, shape: ListShape, path: readonly string[], into: Comparison): void {
    const index = (list: Json) => {
      const found = new Map<string, Json>();
      for (const item of Array.isArray(list) ? list : []) {
        const element = this.element(item, shape);
        if (element !== undefined && !found.has(element)) found.set(element, item);
      }
      return found;
    };
    const [left, right] = [index(before), index(after)];
    for (const element of new Set([...left.keys(), ...right.keys()]))
      this.diff(left.get(element), right.get(element), shape.of, [...path, element], into);
  }

  /** The order of the applied list, with the live list's own items where they stood (typed/merge.go, visitListItems). */
  private mergeList(live: readonly Json[], applied: readonly Json[], shape: ListShape): Json[] {
    const elements = (list: readonly Json[]) => list.map((item) => this.element(item, shape) ?? '');
    const [left, right] = [elements(live), elements(applied)];
    const [inLeft, inRight] = [new Set(left), new Set(right)];
    const shared = right.filter((element) => inLeft.has(element));
    let next = shared.shift();
    const merged = new Set<string>();
    const out: Json[] = [];
    let [i, j] = [0, 0];
    const takeRight = (element: string) => {
      merged.add(element);
      const there = live[left.indexOf(element)];
      out.push(inLeft.has(element) ? this.merge(there, applied[j], shape.of) : applied[j]);
      j++;
    };
    while (i < left.length || j < right.length) {
      const [a, b] = [left[i], right[j]];
      if (a !== undefined && b !== undefined) {
        if (a === b) {
          takeRight(b);
          i++;
          next = shared.shift();
          continue;
        }
        if (inRight.has(a) && next !== undefined && next !== a) {
          i++;
          continue;
        }
      }
      if (a !== undefined) {
        if (!inRight.has(a)) {
          out.push(live[i]);
          i++;
          continue;
        }
        if (merged.has(a)) i++;
      }
      if (b !== undefined) {
        takeRight(b);
        if (next === b) next = shared.shift();
      }
    }
    return out;
  }

  private inner(shape: Shape, key: string): Shape | undefined {
    if (shape.is === 'struct') return this.shapes.field(shape.type, key);
    return shape.is === 'map' ? shape.of : undefined;
  }

  /** The path element of an item; undefined for one without any of its keys. */
  private element(item: Json, { items, of }: ListShape): string | undefined {
    if (items === 'set') return isDict(item) ? undefined : `v:${JSON.stringify(item)}`;
    if (items === 'atomic' || !isDict(item)) return undefined;
    const keys: Dict = {};
    for (const key of [...items].sort()) {
      const value = item[key] ?? (of.is === 'struct' ? KEY_DEFAULTS[`${of.type}.${key}`] : undefined);
      if (value !== undefined) keys[key] = value;
    }
    return Object.keys(keys).length === 0 ? undefined : `k:${JSON.stringify(keys)}`;
  }

  private validate(value: Json, shape: Shape, at: string, found: string[]): void {
    const wrong = (text: string) => found.push(`${at}: ${text}`);
    if (value === null || value === undefined) return;
    switch (shape.is) {
      case 'scalar':
        if (shape.of === 'number' && typeof value !== 'number')
          wrong(`expected numeric (int or float), got ${goType(value)}`);
        else if (shape.of === 'string' && typeof value !== 'string')
          wrong(`expected string, got &value.valueUnstructured{Value:${goText(value)}}`);
        else if (shape.of === 'boolean' && typeof value !== 'boolean')
          wrong(`expected boolean, got &{${goText(value)}}`);
        return;
      case 'list':
        if (Array.isArray(value)) this.validateItems(value, shape, at, found);
        else wrong(`expected list, got &{${goText(value)}}`);
        return;
      default:
        if (!isDict(value)) {
          wrong(`expected map, got &{${goText(value)}}`);
          return;
        }
        for (const [key, item] of Object.entries(value)) {
          const inner = this.inner(shape, key);
          if (inner === undefined) found.push(`${at}.${key}: field not declared in schema`);
          else this.validate(item, inner, `${at}.${key}`, found);
        }
    }
  }

  private validateItems(list: readonly Json[], shape: ListShape, at: string, found: string[]): void {
    const seen = new Set<string>();
    for (const [index, item] of list.entries()) {
      if (shape.items === 'atomic') {
        this.validate(item, shape.of, `${at}[${index}]`, found);
        continue;
      }
      const element = this.element(item, shape);
      if (element === undefined) {
        const keys = shape.items === 'set' ? [] : shape.items;
        found.push(
          `${at}: element ${index}: ${
            shape.items === 'set'
              ? "associative list without keys has an element that's a map type"
              : `associative list with keys has an element that omits all key fields [${keys.map((key) => JSON.stringify(key)).join(' ')}] (and doesn't have default values for any key fields)`
          }`,
        );
        return;
      }
      const text = elementText(element);
      if (seen.has(element)) found.push(`${at}: duplicate entries for key ${text}`);
      seen.add(element);
      this.validate(item, shape.of, `${at}${text}`, found);
    }
  }
}

function elementText(element: string): string {
  const rest = JSON.parse(element.slice(2)) as Json;
  if (!isDict(rest)) return `[=${JSON.stringify(rest)}]`;
  return `[${Object.keys(rest)
    .sort()
    .map((key) => `${key}=${JSON.stringify(rest[key])}`)
    .join(',')}]`;
}

function isEmpty(value: Json): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function goType(value: Json): string {
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'boolean' ? 'bool' : isDict(value) ? 'map[string]interface {}' : typeof value;
}
