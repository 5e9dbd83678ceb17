import { compileRegex } from '../text/regex.ts';
import {
  deletePaths,
  type Evaluator,
  getPath,
  isObject,
  operate,
  plain,
  type Result,
  type Scope,
  setPath,
} from './evaluate.ts';
import { asText } from './formats.ts';
import { type Filter, type Json, parseFilter, SyntaxFault } from './syntax.ts';
import { COMPACT, compare, described, JqError, render, sortedKeys, truthy, typeName } from './values.ts';

/** What jq defines in its own language. */
const SOURCE: readonly (readonly [string, readonly string[], string])[] = [
  ['map', ['f'], '[.[] | f]'],
  ['select', ['f'], 'if f then . else empty end'],
  ['recurse', ['f'], 'def r: ., (f | r); r'],
  ['recurse', ['f', 'c'], 'def r: ., (f | select(c) | r); r'],
  ['recurse', [], '..'],
  ['values', [], 'select(. != null)'],
  ['nulls', [], 'select(. == null)'],
  ['booleans', [], 'select(type == "boolean")'],
  ['numbers', [], 'select(type == "number")'],
  ['strings', [], 'select(type == "string")'],
  ['arrays', [], 'select(type == "array")'],
  ['objects', [], 'select(type == "object")'],
  ['iterables', [], 'select(type == "array" or type == "object")'],
  ['scalars', [], 'select(type != "array" and type != "object")'],
  ['map_values', ['f'], '.[] |= f'],
  ['to_entries', [], '[keys_unsorted[] as $k | {key: $k, value: .[$k]}]'],
  [
    'from_entries',
    [],
    'reduce .[] as $x ({}; . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key else .K end) else . end | if type == "string" then . elif type == "null" then "null" else tojson end): ($x | if has("value") then .value elif has("v") then .v else .Value end)})',
  ],
  ['with_entries', ['f'], 'to_entries | map(f) | from_entries'],
  ['paths', [], 'path(..) | select(length > 0)'],
  ['paths', ['f'], 'path(.. | select(f)) | select(length > 0)'],
  ['leaf_paths', [], 'paths(scalars)'],
  ['del', ['f'], 'delpaths([path(f)])'],
  ['pick', ['f'], '. as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)))'],
  ['first', ['f'], 'label $out | (f | ., break $out)'],
  ['first', [], '.[0]'],
  ['last', ['f'], 'reduce f as $x (null; $x)'],
  ['last', [], '.[-1]'],
  ['nth', ['$n'], '.[$n]'],
  ['nth', ['$n', 'f'], 'last(limit($n + 1; f))'],
  ['until', ['c', 'u'], 'def w: if c then . else (u | w) end; w'],
  ['while', ['c', 'u'], 'def w: if c then ., (u | w) else empty end; w'],
  ['repeat', ['f'], 'def r: ., (f | r); r'],
  [
    'inputs',
    [],
    'def r: (try {v: input} catch if . == "No more inputs" then null else error end) as $x | if $x == null then empty else $x.v, r end; r',
  ],
  ['in', ['x'], '. as $k | x | has($k)'],
  ['inside', ['x'], '. as $k | x | contains($k)'],
  ['combinations', [], 'if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end'],
  ['walk', ['f'], 'def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w'],
  ['any', [], 'reduce .[] as $x (false; . or $x)'],
  ['all', [], 'reduce .[] as $x (true; . and $x)'],
  ['any', ['f'], 'reduce (.[] | f) as $x (false; . or $x)'],
  ['all', ['f'], 'reduce (.[] | f) as $x (true; . and $x)'],
  ['any', ['g', 'f'], 'reduce (g | f) as $x (false; . or $x)'],
  ['all', ['g', 'f'], 'reduce (g | f) as $x (true; . and $x)'],
  ['isempty', ['g'], 'label $go | (first(g | false), true) | ., break $go'],
  ['add', ['f'], 'reduce f as $x (null; . + $x)'],
  ['todate', [], 'strftime("%Y-%m-%dT%H:%M:%SZ")'],
  ['fromdate', [], 'fromdateiso8601'],
  ['todateiso8601', [], 'strftime("%Y-%m-%dT%H:%M:%SZ")'],
  ['ascii', [], '[.] | implode'],
  ['capture', ['re'], 'capture(re; null)'],
  [
    'capture',
    ['re', 'fl'],
    'match(re; fl) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries',
  ],
  ['scan', ['re'], 'match(re; "g") | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end'],
  ['match', ['re'], 'match(re; null)'],
  ['test', ['re'], 'test(re; null)'],
  ['test', ['re', 'fl'], 'isempty(match(re; fl)) | not'],
  [
    'split',
    ['re', 'fl'],
    '. as $s | [foreach (match(re; fl + "g") | [.offset, .length]), null as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])]',
  ],
  ['splits', ['re'], 'split(re; null) | .[]'],
  ['sub', ['re', 's'], 'sub(re; s; "")'],
  ['gsub', ['re', 's'], 'sub(re; s; "g")'],
  ['gsub', ['re', 's', 'fl'], 'sub(re; s; fl + "g")'],
  [
    'sub',
    ['re', 's', 'fl'],
    '. as $in | [match(re; fl)] as $ms | reduce $ms[] as $m ([0, ""]; ($m | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries | s) as $new | [$m.offset + $m.length, .[1] + $in[.[0]:$m.offset] + $new]) | .[1] + $in[.[0]:]',
  ],
  ['ascii_downcase', [], 'explode | map(if 65 <= . and . <= 90 then . + 32 else . end) | implode'],
  ['ascii_upcase', [], 'explode | map(if 97 <= . and . <= 122 then . - 32 else . end) | implode'],
  ['finites', [], 'select(isinfinite or isnan | not)'],
  ['normals', [], 'select(isnormal)'],
  [
    'limit',
    ['$n', 'f'],
    'if $n <= 0 then empty else label $out | foreach f as $x (0; . + 1; $x, if . >= $n then break $out else empty end) end',
  ],
  ['error', ['$m'], '$m | error'],
  ['range', ['$n'], 'range(0; $n; 1)'],
  ['range', ['$a', '$b'], 'range($a; $b; 1)'],
  [
    'ltrimstr',
    ['$x'],
    'if type == "string" and ($x | type) == "string" and startswith($x) then .[($x | length):] else . end',
  ],
  [
    'rtrimstr',
    ['$x'],
    'if type == "string" and ($x | type) == "string" and ($x | length) > 0 and endswith($x) then .[:length - ($x | length)] else . end',
  ],
  ['index', ['$i'], 'indices($i) | .[0]'],
  ['rindex', ['$i'], 'indices($i) | .[-1:][0]'],
  ['unique', [], 'unique_by(.)'],
  ['min', [], 'min_by(.)'],
  ['max', [], 'max_by(.)'],
  ['sort', [], 'sort_by(.)'],
  ['flatten', [], 'flatten(1e9)'],
  ['env', [], '$ENV'],
  ['halt_error', [], 'halt_error(5)'],
  ['getpath_or_null', ['p'], 'try getpath(p) catch null'],
  ['ascii', ['$x'], '[$x] | implode'],
  ['limit', ['f'], 'f'],
];

type Defined = { readonly body: Filter; readonly parameters: readonly string[]; readonly scope: undefined };

class Definitions {
  private readonly parsed = new Map<string, Defined>();

  get(key: string): Defined | undefined {
    const known = this.parsed.get(key);
    if (known !== undefined) return known;
    const found = SOURCE.find(([name, parameters]) => `${name}/${parameters.length}` === key);
    if (found === undefined) return undefined;
    const made = { parameters: found[1], body: parseFilter(found[2]), scope: undefined };
    this.parsed.set(key, made);
    return made;
  }
}

/** The builtins written in jq. */
export const DEFINED = new Definitions();

type Native = (input: Json, args: readonly Json[], evaluator: Evaluator) => Json;

function list(value: Json, what: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new JqError(`${described(value)} ${what}`);
}

function text(value: Json, what: string): string {
  if (typeof value === 'string') return value;
  throw new JqError(`${described(value)} ${what}`);
}

function math(work: (value: number) => number): Native {
  return (input) => {
    if (typeof input !== 'number') throw new JqError(`${described(input)} number required`);
    return work(input);
  };
}

function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b))
    return Object.entries(b).every(([key, value]) => key in a && contains(a[key] ?? null, value));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((each) => a.some((other) => contains(other, each)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeName(a) === typeName(b)) return compare(a, b) === 0;
  throw new JqError(`${described(a)} and ${described(b)} cannot have their containment checked`);
}

function flatten(items: readonly Json[], depth: number): Json[] {
  return items.flatMap((each) => (Array.isArray(each) && depth > 0 ? flatten(each, depth - 1) : [each]));
}

const NATIVE: Readonly<Record<string, Native>> = {
  'not/0': (input) => !truthy(input),
  'true/0': () => true,
  'false/0': () => false,
  'null/0': () => null,
  'infinite/0': () => Number.POSITIVE_INFINITY,
  'nan/0': () => Number.NaN,
  'isnan/0': (input) => Number.isNaN(input),
  'isinfinite/0': (input) => input === Number.POSITIVE_INFINITY || input === Number.NEGATIVE_INFINITY,
  'isnormal/0': (input) => typeof input === 'number' && Number.isFinite(input) && input !== 0,
  'type/0': typeName,
  'now/0': (_input, _args, evaluator) => evaluator.now / 1000,
  'length/0': (input) => {
    if (input === null) return 0;
    if (typeof input === 'boolean') throw new JqError(`${described(input)} has no length`);
    if (typeof input === 'number') return Math.abs(input);
    return typeof input === 'string' ? [...input].length : Object.keys(input).length;
  },
  'utf8bytelength/0': (input) => new TextEncoder().encode(text(input, 'only strings have UTF-8 byte length')).length,
  'keys/0': (input) => keysOf(input, true),
  'keys_unsorted/0': (input) => keysOf(input, false),
  'has/1': (input, [key = null]) => {
    if (isObject(input) && typeof key === 'string') return Object.hasOwn(input, key);
    if (Array.isArray(input) && typeof key === 'number') return key >= 0 && key < input.length;
    throw new JqError(
      `Cannot check whether ${typeName(input)} has a ${typeof key === 'string' ? 'string' : typeName(key)} key`,
    );
  },
  'contains/1': (input, [other = null]) => contains(input, other),
  'add/0': (input) => {
    if (input === null) return null;
    if (typeof input !== 'object') throw new JqError(`Cannot iterate over ${described(input)}`);
    const items = Object.values(input) as Json[];
    if (items.length > 0 && items.every((each) => typeof each === 'string')) return items.join('');
    return items.reduce<Json>((sum, each) => operate('+', sum, each), null);
  },
  'reverse/0': (input) =>
    input === null
      ? []
      : typeof input === 'string'
        ? [...input].reverse().join('')
        : [...list(input, 'cannot be reversed')].reverse(),
  'tostring/0': asText,
  'tojson/0': (input) => render(input, COMPACT),
  'fromjson/0': (input) => {
    const source = text(input, 'only strings can be parsed');
    try {
      return JSON.parse(source) as Json;
    } catch {
      throw new JqError(
        `Invalid numeric literal at EOF at line 1, column ${source.length} (while parsing '${source}')`,
      );
    }
  },
  'tonumber/0': (input) => {
    if (typeof input === 'number') return input;
    const source = text(input, 'cannot be parsed as a number');
    const value = Number(source);
    if (source.trim() === '' || Number.isNaN(value))
      throw new JqError(
        `Invalid numeric literal at EOF at line 1, column ${source.length} (while parsing '${source}')`,
      );
    return value;
  },
  'explode/0': (input) => [...text(input, 'cannot be exploded')].map((char) => char.codePointAt(0) ?? 0),
  'implode/0': (input) =>
    list(input, 'cannot be imploded')
      .map((code) => {
        if (typeof code !== 'number')
          throw new JqError(`${described(input)} can't be imploded, unicode codepoint needs to be numeric`);
        return String.fromCodePoint(code);
      })
      .join(''),
  'startswith/1': (input, [other = null]) => {
    if (typeof input !== 'string' || typeof other !== 'string')
      throw new JqError('startswith() requires string inputs');
    return input.startsWith(other);
  },
  'endswith/1': (input, [other = null]) => {
    if (typeof input !== 'string' || typeof other !== 'string') throw new JqError('endswith() requires string inputs');
    return input.endsWith(other);
  },
  'split/1': (input, [separator = null]) => {
    if (typeof input !== 'string' || typeof separator !== 'string')
      throw new JqError('split input and separator must be strings');
    return operate('/', input, separator);
  },
  'join/1': (input, [separator = null]) => {
    const items = list(input, 'cannot be iterated over');
    if (items.length === 0) return '';
    return items
      .map((each) => {
        if (typeof each === 'object' && each !== null)
          throw new JqError(
            `${described(asText(items.slice(0, items.indexOf(each)).join(asText(separator))))} and ${described(each)} cannot be added`,
          );
        return each === null ? '' : asText(each);
      })
      .join(asText(separator));
  },
  'ltrim/0': (input) => text(input, 'cannot be trimmed').trimStart(),
  'rtrim/0': (input) => text(input, 'cannot be trimmed').trimEnd(),
  'trim/0': (input) => text(input, 'cannot be trimmed').trim(),
  'indices/1': (input, [other = null]) => {
    if (input === null) return null;
    if (typeof input === 'string' && typeof other === 'string') {
      const found: Json[] = [];
      for (let at = input.indexOf(other); at >= 0 && other !== ''; at = input.indexOf(other, at + 1))
        found.push([...input.slice(0, at)].length);
      return found;
    }
    const wanted = Array.isArray(other) ? other : [other];
    return list(input, 'cannot be searched').flatMap((_, index, all) =>
      wanted.length > 0 && compare(all.slice(index, index + wanted.length), wanted) === 0 ? [index] : [],
    );
  },
  'flatten/1': (input, [depth = 1]) => flatten(list(input, 'cannot be flattened'), Number(depth)),
  'transpose/0': (input) => {
    const rows = list(input, 'cannot be transposed').map((each) => list(each, 'cannot be transposed'));
    return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, i) =>
      rows.map((row) => row[i] ?? null),
    );
  },
  'getpath/1': (input, [path = []]) => getPath(input, list(path, 'is no path')),
  'setpath/2': (input, [path = [], value = null]) => setPath(input, list(path, 'is no path'), value),
  'delpaths/1': (input, [paths = []]) =>
    deletePaths(
      input,
      list(paths, 'is no list of paths').map((each) => list(each, 'is no path')),
    ),
  'tojson/1': (input) => render(input, COMPACT),
  'floor/0': math(Math.floor),
  'ceil/0': math(Math.ceil),
  'round/0': math((value) => Math.sign(value) * Math.round(Math.abs(value))),
  'sqrt/0': math(Math.sqrt),
  'fabs/0': math(Math.abs),
  'abs/0': math(Math.abs),
  'exp/0': math(Math.exp),
  'log/0': math(Math.log),
  'log2/0': math(Math.log2),
  'log10/0': math(Math.log10),
  'exp10/0': math((value) => 10 ** value),
  'exp2/0': math((value) => 2 ** value),
  'pow/2': (_input, [base = 0, power = 0]) => Number(base) ** Number(power),
  'error/0': (input) => {
    throw new JqError(input);
  },
  'input/0': (_input, _args, evaluator) => {
    const next = evaluator.inputs.next();
    if (next.done === true) throw new JqError('No more inputs');
    return next.value;
  },
  'strftime/1': (input, [format = '']) => {
    if (typeof input !== 'number') throw new JqError('strftime/1 requires parsed datetime inputs');
    return date(new Date(input * 1000), asText(format));
  },
  'fromdateiso8601/0': (input) => {
    const value = Date.parse(text(input, 'cannot be parsed as a date'));
    if (Number.isNaN(value)) throw new JqError(`date "${asText(input)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
    return Math.floor(value / 1000);
  },
  'splits/2': (input) => input,
  'input_line_number/0': () => 0,
  'input_filename/0': () => null,
  'builtins/0': () => [...SOURCE.map(([name, parameters]) => `${name}/${parameters.length}`), ...Object.keys(NATIVE)],
};

function keysOf(input: Json, sorted: boolean): Json {
  if (Array.isArray(input)) return input.map((_, index) => index);
  if (!isObject(input)) throw new JqError(`${described(input)} has no keys`);
  return sorted ? sortedKeys(input) : Object.keys(input);
}

function date(when: Date, format: string): string {
  const iso = when.toISOString();
  const values: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    Z: 'UTC',
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    s: String(Math.floor(when.getTime() / 1000)),
  };
  return format.replace(/%([A-Za-z])/g, (whole, letter: string) => values[letter] ?? whole);
}

type Keyed = readonly [keys: Json[], item: Json];

function grouped(sorted: readonly Keyed[]): Keyed[][] {
  const out: Keyed[][] = [];
  for (const each of sorted) {
    const last = out.at(-1);
    if (last?.[0] !== undefined && compare(last[0][0], each[0]) === 0) last.push(each);
    else out.push([each]);
  }
  return out;
}

const BY = new Set(['sort_by', 'group_by', 'unique_by', 'min_by', 'max_by']);

/** Runs a builtin. @throws SyntaxFault when there is none of that name, JqError */
export function* callBuiltin(
  evaluator: Evaluator,
  name: string,
  args: readonly Filter[],
  input: Result,
  scope: Scope,
): Generator<Result> {
  const [first, second, third] = args;
  const key = `${name}/${args.length}`;
  if (key === 'empty/0') return;
  if (key === 'path/1' && first !== undefined) {
    for (const path of evaluator.paths(first, input.value, scope)) yield plain([...path]);
    return;
  }
  if (key === 'getpath/1' && first !== undefined && input.path !== undefined) {
    for (const path of evaluator.values(first, input, scope))
      yield { value: getPath(input.value, path as Json[]), path: [...input.path, ...(path as Json[])] };
    return;
  }
  if (key === 'range/3' && first !== undefined && second !== undefined && third !== undefined) {
    for (const from of evaluator.values(first, input, scope))
      for (const to of evaluator.values(second, input, scope))
        for (const by of evaluator.values(third, input, scope)) {
          const [a, b, step] = [Number(from), Number(to), Number(by)];
          if (step !== 0)
            for (let value = a; step > 0 ? value < b : value > b; value += step) {
              evaluator.step();
              yield plain(value);
            }
        }
    return;
  }
  if (BY.has(name) && first !== undefined) {
    const items = list(input.value, `cannot be ${name === 'sort_by' ? 'sorted' : 'grouped'}, as it is not an array`);
    const keyed = items.map((item): Keyed => [[...evaluator.values(first, plain(item), scope)], item]);
    const sorted = keyed.toSorted((a, b) => compare(a[0], b[0]));
    const groups = grouped(sorted);
    if (name === 'sort_by') yield plain(sorted.map(([, item]) => item));
    else if (name === 'group_by') yield plain(groups.map((group) => group.map(([, item]) => item)));
    else if (name === 'unique_by') yield plain(groups.map((group) => group[0]?.[1] ?? null));
    else if (name === 'min_by') yield plain(groups[0]?.[0]?.[1] ?? null);
    else yield plain(groups.at(-1)?.at(-1)?.[1] ?? null);
    return;
  }
  if (key === 'match/2' && first !== undefined && second !== undefined) {
    for (const pattern of evaluator.values(first, input, scope))
      for (const flags of evaluator.values(second, input, scope))
        for (const found of matches(input.value, pattern, flags)) yield plain(found);
    return;
  }
  const native = Object.hasOwn(NATIVE, key) ? NATIVE[key] : undefined;
  if (native === undefined) throw new SyntaxFault(`${key} is not defined`);
  for (const values of product(evaluator, args, 0, input, scope)) yield plain(native(input.value, values, evaluator));
}

function* product(
  evaluator: Evaluator,
  args: readonly Filter[],
  at: number,
  input: Result,
  scope: Scope,
): Generator<Json[]> {
  const arg = args[at];
  if (arg === undefined) yield [];
  else
    for (const rest of product(evaluator, args, at + 1, input, scope))
      for (const value of evaluator.values(arg, input, scope)) yield [value, ...rest];
}

function* matches(input: Json, given: Json, flagsGiven: Json): Generator<Json> {
  const subject = text(input, 'cannot be matched, as it is not a string');
  const [pattern, flags] = Array.isArray(given)
    ? [asText(given[0] ?? ''), asText(given[1] ?? '')]
    : [asText(given), flagsGiven === null ? '' : asText(flagsGiven)];
  const names = [...pattern.matchAll(/\((?:\?P?<(\w+)>|(?!\?))/g)].map((each) => each[1] ?? null);
  const regex = compileRegex(`${flags.includes('x') ? '' : ''}${pattern.replace(/\(\?<(?=\w)/g, '(?P<')}`, 'perl', {
    ignoreCase: flags.includes('i'),
  });
  for (let from = 0; from <= subject.length; ) {
    const found = regex.find(subject, from);
    if (found === undefined) return;
    const matched = found.groups[0] ?? '';
    yield {
      offset: [...subject.slice(0, found.start)].length,
      length: [...matched].length,
      string: matched,
      captures: found.groups.slice(1).map((group, index) => {
        const offset = group === undefined ? -1 : found.start + Math.max(0, matched.indexOf(group));
        return {
          offset: offset < 0 ? -1 : [...subject.slice(0, offset)].length,
          length: [...(group ?? '')].length,
          string: group ?? null,
          name: names[index] ?? null,
        };
      }),
    };
    if (!flags.includes('g')) return;
    from = found.end > found.start ? found.end : found.end + 1;
  }
}

/** Whether a call names something that exists: undefined functions are compile errors. */
export function isDefined(key: string): boolean {
  return (
    DEFINED.get(key) !== undefined ||
    Object.hasOwn(NATIVE, key) ||
    ['empty/0', 'path/1', 'range/3', 'match/2'].includes(key) ||
    (BY.has(key.slice(0, -2)) && key.endsWith('/1'))
  );
}
