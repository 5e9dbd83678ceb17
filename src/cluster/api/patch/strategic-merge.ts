import type { Shape, Shapes } from '../apply/shape.ts';
import { same } from '../equality.ts';
import { errors } from '../errors.ts';
import { PATCH_MERGE, PATCH_REPLACE } from '../list-types.ts';
import { clone } from '../types.ts';
import { type Dict, goText, isDict, type Json } from './json.ts';

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

/**
 * A strategic merge patch of an object of type `type` (apimachinery util/strategicpatch, with its orders of lists). Shares with
 * the original what the patch does not touch. @throws ApiError in the server's words
 */
export function strategicMergePatch(original: Json, patch: Json, type: string, shapes: Shapes): Json {
  if (!isDict(patch))
    throw errors.badRequest(
      `json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
    );
  return new Merge(shapes).map(isDict(original) ? original : {}, patch, shapes.struct(type));
}

/** What is known of a field: how it merges, and what is in it. */
interface FieldFacts {
  readonly merge: string | undefined;
  readonly replace: boolean;
  readonly inner: Shape | undefined;
}

class Merge {
  private readonly shapes: Shapes;

  constructor(shapes: Shapes) {
    this.shapes = shapes;
  }

  map(original: Dict, patch: Dict, shape: Shape | undefined): Dict {
    const directive = patch[DIRECTIVE];
    if (directive !== undefined) return this.directive(directive, original, patch, shape);
    const out: Dict = { ...original };
    this.retain(out, patch);
    const ordered = new Set<string>();
    for (const [key, order] of Object.entries(patch)) {
      if (!key.startsWith(ORDER)) continue;
      const field = key.slice(ORDER.length);
      ordered.add(field);
      this.order(out, patch, field, order, this.facts(shape, field));
    }
    for (const [key, value] of Object.entries(patch)) {
      if (key === RETAIN || key.startsWith(ORDER) || ordered.has(key)) continue;
      const isDeletion = key.startsWith(DELETE_FROM);
      const field = isDeletion ? key.slice(DELETE_FROM.length) : key;
      if (isDeletion && ordered.has(field)) continue;
      this.field(out, field, value, this.facts(shape, field), isDeletion);
    }
    return out;
  }

  private directive(directive: Json, original: Dict, patch: Dict, shape: Shape | undefined): Dict {
    const { [DIRECTIVE]: _, ...rest } = patch;
    if (directive === 'replace') return withoutNulls(rest);
    if (directive === 'delete') return {};
    if (directive === 'merge') return this.map(original, rest, shape);
    throw errors.unknown(`Unknown patch type found: ${String(directive)}`);
  }

  private retain(out: Dict, patch: Dict): void {
    const keys = patch[RETAIN];
    if (keys === undefined) return;
    if (!Array.isArray(keys)) throw errors.badRequest('invalid patch format of retainKeys');
    const given = Object.keys(patch).filter((key) => !key.startsWith('$') && patch[key] !== null);
    if (given.some((key) => !keys.includes(key))) throw errors.unknown("patch contents doesn't match retainKeys list");
    for (const key of Object.keys(out)) if (!keys.includes(key)) delete out[key];
  }

  private field(out: Dict, field: string, value: Json, facts: FieldFacts, isDeletion: boolean): void {
    const there = out[field];
    if (there === undefined || there === null) {
      if (isDeletion || value === null) return;
      out[field] = this.fresh(value, facts);
      return;
    }
    if (value === null) {
      delete out[field];
      return;
    }
    if (isDict(there) && isDict(value))
      out[field] = facts.replace ? withoutNulls(value) : this.map(there, value, facts.inner);
    else if (Array.isArray(there) && Array.isArray(value))
      out[field] = facts.merge !== undefined || isDeletion ? this.list(there, value, facts, isDeletion) : clone(value);
    else out[field] = clone(value);
  }

  /** A value where there was none: its directives have nothing to act on. */
  private fresh(value: Json, facts: FieldFacts): Json {
    if (isDict(value)) return this.map({}, value, facts.inner);
    if (Array.isArray(value) && facts.merge !== undefined) return this.list([], value, facts, false);
    return clone(value);
  }

  /** `$setElementOrder`: merges the list, then brings its items in order; what the patch does not know keeps its place. */
  private order(out: Dict, patch: Dict, field: string, order: Json, facts: FieldFacts): void {
    if (!Array.isArray(order)) throw errors.badRequest('invalid patch format of setElementOrder list');
    const given = patch[field];
    const original = out[field];
    const originalList = Array.isArray(original) ? original : [];
    if (given === null) {
      delete out[field];
      return;
    }
    const deleted = patch[`${DELETE_FROM}${field}`];
    if (!Array.isArray(given) && original === undefined && !Array.isArray(deleted)) return;
    const key = facts.merge === 'set' ? undefined : facts.merge;
    let merged = this.merged(originalList, Array.isArray(given) ? given : [], facts);
    if (merged === undefined) {
      out[field] = Array.isArray(given) ? given.filter((item) => !isDict(item) || item[DIRECTIVE] === undefined) : [];
      return;
    }
    if (Array.isArray(deleted)) merged = merged.filter((item) => !deleted.some((each) => same(each, item)));
    const known = (item: Json) => order.some((each) => equalBy(each, item, key));
    out[field] = normalized(
      merged.filter(known),
      merged.filter((item) => !known(item)),
      order,
      originalList,
      key,
    );
  }

  private list(original: readonly Json[], patch: readonly Json[], facts: FieldFacts, isDeletion: boolean): Json[] {
    if (isDeletion) return original.filter((item) => !patch.some((each) => same(each, item)));
    const key = facts.merge === 'set' ? undefined : facts.merge;
    const merged = this.merged(original, patch, facts);
    const plain = patch.filter((item) => !isDict(item) || item[DIRECTIVE] === undefined);
    if (merged === undefined) return plain.map(clone);
    const known = (item: Json) => plain.some((each) => equalBy(each, item, key));
    return normalized(
      merged.filter(known),
      merged.filter((item) => !known(item)),
      plain,
      original,
      key,
    );
  }

  /** The items of both lists, in no order yet; undefined when the patch replaces the list. */
  private merged(original: readonly Json[], patch: readonly Json[], facts: FieldFacts): Json[] | undefined {
    const key = facts.merge;
    if (key === undefined || key === 'set') {
      const out = [...original];
      for (const item of patch) if (!out.some((each) => same(each, item))) out.push(item);
      return out;
    }
    let out = [...original];
    for (const item of patch) {
      if (!isDict(item)) throw errors.unknown(`Expected a list of maps, but got: ${goText(item)}`);
      const directive = item[DIRECTIVE];
      if (directive === 'replace') return undefined;
      if (directive !== 'delete') continue;
      this.checkKey(item, key);
      out = out.filter((each) => !equalBy(each, item, key));
    }
    for (const item of patch) {
      if (!isDict(item) || item[DIRECTIVE] === 'delete') continue;
      this.checkKey(item, key);
      const at = out.findIndex((each) => equalBy(each, item, key));
      const there = out[at];
      if (at >= 0 && isDict(there)) out[at] = this.map(there, item, facts.inner);
      else out.push(this.map({}, item, facts.inner));
    }
    return out;
  }

  private checkKey(item: Dict, key: string): void {
    if (item[key] === undefined)
      throw errors.unknown(`map: ${goText(item)} does not contain declared merge key: ${key}`);
  }

  private facts(shape: Shape | undefined, field: string): FieldFacts {
    if (shape?.is !== 'struct') return { merge: undefined, replace: false, inner: undefined };
    const key = `${shape.type}.${field}`;
    const own = this.shapes.field(shape.type, field);
    return {
      merge: PATCH_MERGE[key],
      replace: PATCH_REPLACE.has(key),
      inner: own?.is === 'list' ? own.of : own,
    };
  }
}

function equalBy(a: Json, b: Json, key: string | undefined): boolean {
  if (key === undefined) return same(a, b);
  return isDict(a) && isDict(b) && a[key] !== undefined && same(a[key], b[key]);
}

/**
 * normalizeElementOrder: items of the patch in its order, the server's own in theirs; where both meet, an item of the server goes
 * first only if it stood before the other one already.
 */
function normalized(
  patched: readonly Json[],
  own: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  key: string | undefined,
): Json[] {
  const place = (list: readonly Json[], item: Json) => list.findIndex((each) => equalBy(each, item, key));
  const right = [...patched].sort((a, b) => place(patchOrder, a) - place(patchOrder, b));
  const left = [...own].sort((a, b) => place(serverOrder, a) - place(serverOrder, b));
  const out: Json[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    let takeLeft = j >= right.length;
    if (i < left.length && j < right.length) {
      const [first, second] = [place(serverOrder, a), place(serverOrder, b)];
      takeLeft = first >= 0 && second >= 0 && first < second;
    }
    if (takeLeft) {
      out.push(a);
      i++;
    } else {
      out.push(b);
      j++;
    }
  }
  return out;
}

function withoutNulls(value: Dict): Dict {
  const out: Dict = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null || key === DIRECTIVE) continue;
    out[key] = isDict(item) ? withoutNulls(item) : clone(item);
  }
  return out;
}
