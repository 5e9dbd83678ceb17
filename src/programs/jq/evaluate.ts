import { callBuiltin, DEFINED } from './builtins.ts';
import { formatted } from './formats.ts';
import type { Definition, Filter, Json, Pattern } from './syntax.ts';
import { COMPACT, compare, described, JqError, render, truthy, typeName } from './values.ts';

/** Where in its input a value lies. */
export type Path = readonly Json[];

/** A result; its path is known while the program is run for paths. */
export interface Result {
  readonly value: Json;
  readonly path: Path | undefined;
}

interface Closure {
  readonly body: Filter;
  readonly parameters: readonly string[];
  scope: Scope | undefined;
}

/** Names in force: `$x` variables and `f/1` functions. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Json>();
  readonly functions = new Map<string, Closure>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  variable(name: string): Json | undefined {
    return this.variables.get(name) ?? this.parent?.variable(name);
  }

  function(key: string): Closure | undefined {
    return this.functions.get(key) ?? this.parent?.function(key);
  }

  with(name: string, value: Json): Scope {
    const scope = new Scope(this);
    scope.variables.set(name, value);
    return scope;
  }
}

class Break extends Error {
  readonly label: object;

  constructor(label: object) {
    super('break');
    this.label = label;
  }
}

const STEP_LIMIT = 4_000_000;

/** Runs filters; one for each program, so that a program without end is stopped. */
export class Evaluator {
  private steps = 0;
  /** Remaining inputs, for `input` and `inputs`. */
  readonly inputs: Iterator<Json>;
  readonly env: Json;
  /** Milliseconds since 1970, for `now`. */
  readonly now: number;

  constructor(inputs: Iterator<Json>, env: Json, now: number) {
    this.inputs = inputs;
    this.env = env;
    this.now = now;
  }

  /** Counts one step, so that nothing runs for ever. @throws JqError */
  step(): void {
    if (++this.steps > STEP_LIMIT) throw new JqError('cannot allocate memory');
  }

  /** All results of a filter for an input. @throws JqError */
  *run(filter: Filter, input: Result, scope: Scope): Generator<Result> {
    this.step();
    switch (filter.type) {
      case 'identity':
        yield input;
        return;
      case 'none':
        return;
      case 'literal':
        yield plain(filter.value);
        return;
      case 'recurse':
        yield* this.recurse(input);
        return;
      case 'text':
        for (const value of this.text(filter.parts, 0, filter.format ?? '@text', input, scope)) yield plain(value);
        return;
      case 'format':
        yield plain(formatted(filter.name, input.value));
        return;
      case 'index':
        for (const of of this.run(filter.of, input, scope))
          for (const key of this.values(filter.key, input, scope)) yield indexed(of, key);
        return;
      case 'slice':
        for (const of of this.run(filter.of, input, scope))
          for (const to of filter.to === undefined ? [null] : this.values(filter.to, input, scope))
            for (const from of filter.from === undefined ? [null] : this.values(filter.from, input, scope))
              yield indexed(of, { start: from, end: to });
        return;
      case 'each':
        for (const of of this.run(filter.of, input, scope)) yield* each(of);
        return;
      case 'array':
        yield plain(filter.body === undefined ? [] : [...this.values(filter.body, input, scope)]);
        return;
      case 'object':
        for (const value of this.object(filter.entries, 0, input, scope)) yield plain(value);
        return;
      case 'negate':
        for (const value of this.values(filter.of, input, scope)) {
          if (typeof value !== 'number') throw new JqError(`${described(value)} cannot be negated`);
          yield plain(-value);
        }
        return;
      case 'pipe':
        for (const left of this.run(filter.left, input, scope)) yield* this.run(filter.right, left, scope);
        return;
      case 'comma':
        yield* this.run(filter.left, input, scope);
        yield* this.run(filter.right, input, scope);
        return;
      case 'binary':
        yield* this.binary(filter.operator, filter.left, filter.right, input, scope);
        return;
      case 'update':
        yield* this.update(filter.operator, filter.left, filter.right, input, scope);
        return;
      case 'bind':
        for (const value of this.values(filter.source, input, scope))
          for (const bound of this.bind(filter.patterns[0], value, input, scope))
            yield* this.run(filter.body, input, bound);
        return;
      case 'reduce':
        for (const start of this.values(filter.start, input, scope)) {
          let state: Json = start;
          for (const value of this.values(filter.source, input, scope))
            for (const bound of this.bind(filter.pattern, value, input, scope)) {
              let last: Json = null;
              for (const next of this.values(filter.update, plain(state), bound)) last = next;
              state = last;
            }
          yield plain(state);
        }
        return;
      case 'foreach':
        for (const start of this.values(filter.start, input, scope)) {
          let state: Json = start;
          for (const value of this.values(filter.source, input, scope))
            for (const bound of this.bind(filter.pattern, value, input, scope))
              for (const next of this.values(filter.update, plain(state), bound)) {
                state = next;
                yield* this.run(filter.extract ?? { type: 'identity' }, plain(next), bound);
              }
        }
        return;
      case 'if':
        for (const test of this.values(filter.test, input, scope))
          if (truthy(test)) yield* this.run(filter.yes, input, scope);
          else if (filter.no === undefined) yield input;
          else yield* this.run(filter.no, input, scope);
        return;
      case 'try':
        try {
          yield* this.run(filter.body, input, scope);
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          if (filter.handler !== undefined) yield* this.run(filter.handler, plain(error.value), scope);
        }
        return;
      case 'label': {
        const label = {};
        const inner = new Scope(scope);
        inner.functions.set(`*${filter.name}`, { body: { type: 'none' }, parameters: [], scope: inner });
        LABELS.set(inner, label);
        try {
          yield* this.run(filter.body, input, inner);
        } catch (error) {
          if (!(error instanceof Break) || error.label !== label) throw error;
        }
        return;
      }
      case 'break': {
        const found = scope.function(`*${filter.name}`);
        throw found === undefined
          ? new JqError('break')
          : new Break(found.scope === undefined ? {} : (LABELS.get(found.scope) ?? {}));
      }
      case 'variable': {
        if (filter.name === 'ENV') yield plain(this.env);
        else if (filter.name === '__loc__') yield plain({ file: '<top-level>', line: 1 });
        else yield plain(scope.variable(filter.name) ?? null);
        return;
      }
      case 'def': {
        const inner = new Scope(scope);
        this.define(filter.definition, inner);
        yield* this.run(filter.body, input, inner);
        return;
      }
      case 'call':
        yield* this.call(filter.name, filter.args, input, scope);
        return;
    }
  }

  /** The results' values. */
  *values(filter: Filter, input: Result, scope: Scope): Generator<Json> {
    for (const result of this.run(filter, { value: input.value, path: undefined }, scope)) yield result.value;
  }

  /** The paths of a filter's results. */
  *paths(filter: Filter, value: Json, scope: Scope): Generator<Path> {
    for (const result of this.run(filter, { value, path: [] }, scope)) {
      if (result.path === undefined)
        throw new JqError(`Invalid path expression with result ${render(result.value, COMPACT).slice(0, 11)}`);
      yield result.path;
    }
  }

  define(definition: Definition, scope: Scope): void {
    scope.functions.set(`${definition.name}/${definition.parameters.length}`, {
      body: definition.body,
      parameters: definition.parameters,
      scope,
    });
  }

  private *call(name: string, args: readonly Filter[], input: Result, scope: Scope): Generator<Result> {
    const key = `${name}/${args.length}`;
    const own = scope.function(key) ?? DEFINED.get(key);
    if (own === undefined) {
      yield* callBuiltin(this, name, args, input, scope);
      return;
    }
    yield* this.enter(own, 0, new Scope(own.scope), args, input, scope);
  }

  private *enter(
    closure: { body: Filter; parameters: readonly string[] },
    at: number,
    inner: Scope,
    args: readonly Filter[],
    input: Result,
    scope: Scope,
  ): Generator<Result> {
    const parameter = closure.parameters[at];
    const arg = args[at];
    if (parameter === undefined || arg === undefined) {
      yield* this.run(closure.body, input, inner);
      return;
    }
    if (!parameter.startsWith('$')) {
      inner.functions.set(`${parameter}/0`, { body: arg, parameters: [], scope });
      yield* this.enter(closure, at + 1, inner, args, input, scope);
      return;
    }
    for (const value of this.values(arg, input, scope)) {
      const bound = inner.with(parameter.slice(1), value);
      bound.functions.set(`${parameter.slice(1)}/0`, { body: { type: 'literal', value }, parameters: [], scope });
      yield* this.enter(closure, at + 1, bound, args, input, scope);
    }
  }

  private *recurse(input: Result): Generator<Result> {
    yield input;
    if (typeof input.value === 'object' && input.value !== null)
      for (const inner of each(input)) yield* this.recurse(inner);
  }

  private *text(
    parts: readonly (string | Filter)[],
    at: number,
    format: string,
    input: Result,
    scope: Scope,
  ): Generator<string> {
    if (at >= parts.length) {
      yield '';
      return;
    }
    const part = parts[at] as string | Filter;
    for (const rest of this.text(parts, at + 1, format, input, scope))
      if (typeof part === 'string') yield part + rest;
      else for (const value of this.values(part, input, scope)) yield formatted(format, value) + rest;
  }

  private *object(
    entries: readonly (readonly [Filter, Filter])[],
    at: number,
    input: Result,
    scope: Scope,
  ): Generator<{ [key: string]: Json }> {
    const entry = entries[at];
    if (entry === undefined) {
      yield {};
      return;
    }
    for (const key of this.values(entry[0], input, scope)) {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
      for (const value of this.values(entry[1], input, scope))
        for (const rest of this.object(entries, at + 1, input, scope))
          yield key in rest ? rest : { [key]: value, ...rest };
    }
  }

  private *binary(operator: string, left: Filter, right: Filter, input: Result, scope: Scope): Generator<Result> {
    if (operator === '//') {
      let any = false;
      try {
        for (const result of this.run(left, input, scope))
          if (truthy(result.value)) {
            any = true;
            yield result;
          }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
      }
      if (!any) yield* this.run(right, input, scope);
      return;
    }
    if (operator === 'and' || operator === 'or') {
      for (const first of this.values(left, input, scope))
        if (truthy(first) === (operator === 'or')) yield plain(operator === 'or');
        else for (const second of this.values(right, input, scope)) yield plain(truthy(second));
      return;
    }
    for (const second of this.values(right, input, scope))
      for (const first of this.values(left, input, scope)) yield plain(operate(operator, first, second));
  }

  private *update(operator: string, left: Filter, right: Filter, input: Result, scope: Scope): Generator<Result> {
    if (operator === '|=') {
      let root = input.value;
      const gone: Path[] = [];
      for (const path of [...this.paths(left, root, scope)]) {
        const first = this.values(right, plain(getPath(root, path)), scope).next();
        if (first.done === true) gone.push(path);
        else root = setPath(root, path, first.value);
      }
      yield plain(gone.length === 0 ? root : deletePaths(root, gone));
      return;
    }
    for (const value of this.values(right, input, scope)) {
      let root = input.value;
      for (const path of [...this.paths(left, root, scope)]) {
        const before = getPath(root, path);
        const after =
          operator === '='
            ? value
            : operator === '//='
              ? truthy(before)
                ? before
                : value
              : operate(operator.slice(0, -1), before, value);
        root = setPath(root, path, after);
      }
      yield plain(root);
    }
  }

  private *bind(pattern: Pattern | undefined, value: Json, input: Result, scope: Scope): Generator<Scope> {
    if (pattern === undefined) return;
    if (pattern.type === 'name') {
      yield scope.with(pattern.name, value);
      return;
    }
    if (pattern.type === 'list') {
      yield* this.bindAll(
        pattern.items.map((item, index) => [item, indexed(plain(value), index).value] as const),
        0,
        input,
        scope,
      );
      return;
    }
    const pairs: (readonly [Pattern, Json])[] = [];
    for (const [key, name, inner] of pattern.entries)
      for (const text of this.values(key, input, scope)) {
        const found = indexed(plain(value), text).value;
        if (name !== undefined) pairs.push([{ type: 'name', name }, found]);
        if (inner !== undefined) pairs.push([inner, found]);
      }
    yield* this.bindAll(pairs, 0, input, scope);
  }

  private *bindAll(
    pairs: readonly (readonly [Pattern, Json])[],
    at: number,
    input: Result,
    scope: Scope,
  ): Generator<Scope> {
    const pair = pairs[at];
    if (pair === undefined) yield scope;
    else
      for (const bound of this.bind(pair[0], pair[1], input, scope)) yield* this.bindAll(pairs, at + 1, input, bound);
  }
}

const LABELS = new WeakMap<Scope, object>();

export function plain(value: Json): Result {
  return { value, path: undefined };
}

function under(of: Result, key: Json, value: Json): Result {
  return { value, path: of.path === undefined ? undefined : [...of.path, key] };
}

/** `.[]` */
function* each(of: Result): Generator<Result> {
  const { value } = of;
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield under(of, index, item);
  else if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value)) yield under(of, key, value[key] ?? null);
  else throw new JqError(`Cannot iterate over ${value === null ? 'null (null)' : described(value)}`);
}

function range(length: number, slice: { [key: string]: Json }): [number, number] {
  const place = (value: Json | undefined, missing: number, up: boolean) => {
    if (value === null || value === undefined) return missing;
    if (typeof value !== 'number') throw new JqError('Start and end indices of an array slice must be numbers');
    const at = up ? Math.ceil(value) : Math.floor(value);
    return Math.min(length, Math.max(0, at < 0 ? length + at : at));
  };
  const from = place(slice['start'], 0, false);
  return [from, Math.max(from, place(slice['end'], length, true))];
}

/** `.[key]` */
function indexed(of: Result, key: Json): Result {
  const { value } = of;
  if (typeof key === 'object' && key !== null && !Array.isArray(key) && 'start' in key) {
    if (value === null) return under(of, key, null);
    if (typeof value === 'string') {
      const chars = [...value];
      return under(of, key, chars.slice(...range(chars.length, key)).join(''));
    }
    if (Array.isArray(value)) return under(of, key, value.slice(...range(value.length, key)));
    throw new JqError(`Cannot index ${typeName(value)} with object`);
  }
  if (typeof key === 'string' && (value === null || (typeof value === 'object' && !Array.isArray(value))))
    return under(of, key, value !== null && Object.hasOwn(value, key) ? (value[key] ?? null) : null);
  if (typeof key === 'number' && (value === null || Array.isArray(value))) {
    if (value === null) return under(of, key, null);
    const at = Math.floor(key);
    return under(of, key, value[at < 0 ? value.length + at : at] ?? null);
  }
  if (Array.isArray(key) && Array.isArray(value)) {
    const found: Json[] = [];
    for (let i = 0; i + key.length <= value.length && key.length > 0; i++)
      if (compare(value.slice(i, i + key.length), key) === 0) found.push(i);
    return under(of, key, found);
  }
  throw new JqError(
    typeof key === 'string'
      ? `Cannot index ${typeName(value)} with "${key}"`
      : `Cannot index ${typeName(value)} with ${typeName(key)}`,
  );
}

export function getPath(root: Json, path: Path): Json {
  let at = root;
  for (const key of path) {
    if (at === null) return null;
    at = indexed(plain(at), key).value;
  }
  return at;
}

/** A copy with another value at a path; what is missing on the way is made. */
export function setPath(root: Json, path: Path, value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = setPath(root === null ? null : indexed(plain(root), key).value, rest, value);
  if (typeof key === 'string') return { ...(root as { [key: string]: Json } | null), [key]: inner };
  const list = root === null ? [] : [...(root as Json[])];
  if (typeof key === 'number') {
    const at = key < 0 ? list.length + key : key;
    if (at < 0) throw new JqError('Out of bounds negative array index');
    while (list.length < at) list.push(null);
    list[at] = inner;
    return list;
  }
  if (!Array.isArray(inner)) throw new JqError('A slice of an array can only be assigned another array');
  const [from, to] = range(list.length, key as { [key: string]: Json });
  list.splice(from, to - from, ...inner);
  return list;
}

export function deletePaths(root: Json, paths: readonly Path[]): Json {
  let at = root;
  for (const path of [...paths].sort((a, b) => compare([...b], [...a]))) at = deletePath(at, path);
  return at;
}

function deletePath(root: Json, path: Path): Json {
  const [key, ...rest] = path;
  if (key === undefined || root === null) return null;
  if (rest.length > 0) {
    const inner = indexed(plain(root), key).value;
    return inner === null ? root : setPath(root, [key], deletePath(inner, rest));
  }
  if (Array.isArray(root)) {
    if (typeof key === 'number') return root.filter((_, index) => index !== (key < 0 ? root.length + key : key));
    if (typeof key === 'object' && key !== null) {
      const [from, to] = range(root.length, key as { [key: string]: Json });
      return root.filter((_, index) => index < from || index >= to);
    }
    throw new JqError(`Cannot delete field at array index of array`);
  }
  if (typeof root !== 'object' || typeof key !== 'string')
    throw new JqError(`Cannot delete field at object index of ${typeName(root)}`);
  return Object.fromEntries(Object.entries(root).filter(([name]) => name !== key));
}

function merged(a: { [key: string]: Json }, b: { [key: string]: Json }): Json {
  const out = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = out[key];
    out[key] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return out;
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An arithmetic or comparing operator. @throws JqError */
export function operate(operator: string, a: Json, b: Json): Json {
  switch (operator) {
    case '==':
      return compare(a, b) === 0;
    case '!=':
      return compare(a, b) !== 0;
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    case '>=':
      return compare(a, b) >= 0;
    case '+':
      if (a === null) return b;
      if (b === null) return a;
      if (typeof a === 'number' && typeof b === 'number') return a + b;
      if (typeof a === 'string' && typeof b === 'string') return a + b;
      if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
      if (isObject(a) && isObject(b)) return { ...a, ...b };
      throw new JqError(`${described(a)} and ${described(b)} cannot be added`);
    case '-':
      if (typeof a === 'number' && typeof b === 'number') return a - b;
      if (Array.isArray(a) && Array.isArray(b))
        return a.filter((each) => !b.some((other) => compare(each, other) === 0));
      throw new JqError(`${described(a)} and ${described(b)} cannot be subtracted`);
    case '*':
      if (typeof a === 'number' && typeof b === 'number') return a * b;
      if (typeof a === 'string' && typeof b === 'number') {
        if (b <= 0) return null;
        if (a.length * b > 16_000_000) throw new JqError('Repeat string result too long');
        return a.repeat(Math.max(1, Math.ceil(b)));
      }
      if (isObject(a) && isObject(b)) return merged(a, b);
      throw new JqError(`${described(a)} and ${described(b)} cannot be multiplied`);
    case '/':
      if (typeof a === 'number' && typeof b === 'number') {
        if (b === 0)
          throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
        return a / b;
      }
      if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : b === '' ? [...a] : a.split(b);
      throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
    default:
      if (typeof a !== 'number' || typeof b !== 'number')
        throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
      if (Math.trunc(b) === 0)
        throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
      return Math.trunc(a) % Math.trunc(b);
  }
}
