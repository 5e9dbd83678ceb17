import type { KubeObject } from '../../../cluster/api/types.ts';
import { Failure } from '../errors.ts';
import { Quantity } from '../go/quantity.ts';
import { goSort } from '../go/sort.ts';
import { JsonPath } from './jsonpath/evaluate.ts';
import { isTable, type Table } from './table.ts';

/** `metadata.name`, `.metadata.name` and `{.metadata.name}` all mean the last. @throws Failure */
export function relaxedJsonPath(text: string): string {
  if (text === '') return text;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (match === null)
    throw new Failure(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  return `{.${match[1] ?? match[2]}}`;
}

/** The rows of a Table in the order of a field of their objects (--sort-by). @throws Failure */
export function sortTable(table: Table, field: string): Table {
  const rows = [...(table.rows ?? [])];
  return { ...table, rows: sortBy(rows, (row) => row.object, relaxed(field)) };
}

/** Objects in the order of a field. @throws Failure when none of them has it. */
export function sortObjects(objects: readonly KubeObject[], field: string): KubeObject[] {
  return sortBy([...objects], (object) => object, relaxedJsonPath(field));
}

/** A Table sorted, or a list's items. */
export function sortAny(object: KubeObject, field: string): KubeObject {
  if (isTable(object))
    return (object.rows?.length ?? 0) > 1 ? (sortTable(object, field) as unknown as KubeObject) : object;
  if (!Array.isArray(object['items']) || object['items'].length === 0) return object;
  return { ...object, items: sortObjects(object['items'] as KubeObject[], field) };
}

function relaxed(field: string): string {
  try {
    return relaxedJsonPath(field);
  } catch (error) {
    if (error instanceof Failure) return field;
    throw error;
  }
}

function sortBy<T>(items: readonly T[], objectOf: (item: T) => unknown, field: string): T[] {
  const path = jsonPath(field);
  const keyed = items.map((item) => ({ item, key: valueAt(path, objectOf(item)) }));
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new Failure(`couldn't find any field with path ${JSON.stringify(field)} in the list of objects`);
  return goSort(keyed, (a, b) => {
    if (a.key === undefined) return true;
    if (b.key === undefined) return false;
    return isLess(a.key.value, b.key.value);
  }).map(({ item }) => item);
}

function jsonPath(field: string): JsonPath {
  try {
    return new JsonPath(field, { allowMissingKeys: true });
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(error.message);
    throw error;
  }
}

function valueAt(path: JsonPath, object: unknown): { readonly value: unknown } | undefined {
  try {
    const [first] = path.find(object);
    return first === undefined || first.length === 0 ? undefined : { value: first[0] };
  } catch (error) {
    if (error instanceof RangeError) throw new Failure(error.message);
    throw error;
  }
}

function isLess(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') {
    const x = Quantity.parse(a);
    const y = x === undefined ? undefined : Quantity.parse(b);
    return x === undefined || y === undefined ? a < b : x.nano < y.nano;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (!isLess(a[i], b[i])) return false;
    return true;
  }
  throw new Failure('unsortable type: map');
}
