import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { open, readAll } from '../inputs.ts';
import { isDefined } from './builtins.ts';
import { Evaluator, plain, Scope } from './evaluate.ts';
import { jsonValues, ParseFault } from './input.ts';
import { type Filter, type Json, type Pattern, parseFilter, SyntaxFault } from './syntax.ts';
import { JqError, render, type Style, truthy } from './values.ts';

const USAGE = `Usage:\tjq [OPTIONS] FILTER [FILES...]
\tjq [OPTIONS] -n FILTER

jq is a tool for processing JSON inputs, applying the given filter to
its JSON text inputs and producing the filter's results as JSON on
standard output.

Some of the options:
  -c               compact instead of pretty-printed output;
  -n               use \`null\` as the single input value;
  -e               set the exit status code based on the output;
  -s               read (slurp) all inputs into an array; apply filter to it;
  -r               output raw strings, not JSON texts;
  -R               read raw strings, not JSON texts;
  -C               colorize JSON;
  -M               monochrome (don't colorize JSON);
  -S               sort keys of objects on output;
  --tab            use tabs for indentation;
  --arg a v        set variable $a to value <v>;
  --argjson a v    set variable $a to JSON value <v>;
`;

interface Asked {
  filter: string | undefined;
  readonly files: string[];
  readonly flags: Set<string>;
  indent: string;
  readonly variables: Map<string, Json>;
  readonly positional: Json[];
}

const LONG: Readonly<Record<string, string>> = {
  'compact-output': 'c',
  'null-input': 'n',
  'exit-status': 'e',
  slurp: 's',
  'raw-output': 'r',
  'raw-input': 'R',
  'color-output': 'C',
  'monochrome-output': 'M',
  'sort-keys': 'S',
  'join-output': 'j',
  'ascii-output': 'a',
  help: 'h',
  version: 'V',
};

class Usage extends Error {}

/** Options as jq reads them: anywhere, letters together. @throws Usage */
function* parseArguments(context: Context): Routine<Asked> {
  const asked: Asked = {
    filter: undefined,
    files: [],
    flags: new Set(),
    indent: '  ',
    variables: new Map(),
    positional: [],
  };
  const args = context.argv.slice(1);
  let rest: 'files' | 'args' | 'json' = 'files';
  let plainOnly = false;
  let fromFile = false;
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (plainOnly || !arg.startsWith('-') || arg === '-') {
      if (asked.filter === undefined) asked.filter = arg;
      else if (rest === 'files') asked.files.push(arg);
      else asked.positional.push(rest === 'args' ? arg : json(arg, '--jsonargs'));
      continue;
    }
    if (arg === '--') {
      plainOnly = true;
      continue;
    }
    if (!arg.startsWith('--')) {
      for (const letter of arg.slice(1)) {
        if (letter === 'f') fromFile = true;
        else if ('cnesrRCMSjahV'.includes(letter)) asked.flags.add(letter);
        else throw new Usage(`Unknown arguments`);
      }
      continue;
    }
    const name = arg.slice(2);
    const take = () => args.shift() ?? '';
    switch (name) {
      case 'arg':
        if (args.length < 2) throw new Usage('jq: --arg takes two parameters (e.g. --arg varname value)');
        asked.variables.set(take(), take());
        break;
      case 'argjson': {
        if (args.length < 2) throw new Usage('jq: --argjson takes two parameters (e.g. --argjson varname text)');
        const key = take();
        asked.variables.set(key, json(take(), '--argjson'));
        break;
      }
      case 'slurpfile':
      case 'rawfile': {
        const key = take();
        const text = context.fs.read(context.fs.resolve(context.cwd, take()));
        asked.variables.set(key, name === 'rawfile' ? text : [...jsonValues(text)]);
        break;
      }
      case 'args':
        rest = 'args';
        break;
      case 'jsonargs':
        rest = 'json';
        break;
      case 'tab':
        asked.indent = '\t';
        break;
      case 'indent':
        asked.indent = ' '.repeat(Number(take()));
        break;
      case 'from-file':
        fromFile = true;
        break;
      default: {
        const letter = LONG[name];
        if (letter === undefined) throw new Usage('Unknown arguments');
        asked.flags.add(letter);
      }
    }
  }
  if (fromFile && asked.filter !== undefined) {
    const opened = yield* open(context, asked.filter);
    asked.filter = opened === undefined ? '.' : yield* readAll(opened);
  }
  return asked;
}

function json(text: string, option: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Usage(`jq: Invalid JSON text passed to ${option}`);
  }
}

export const jq: Program = {
  name: 'jq',
  summary: 'command-line JSON processor',
  *run(context) {
    let asked: Asked;
    try {
      asked = yield* parseArguments(context);
    } catch (error) {
      if (!(error instanceof Usage)) throw error;
      yield* context.stderr.write(
        `${error.message.startsWith('jq:') ? '' : 'jq: '}${error.message}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`,
      );
      return 2;
    }
    const { flags } = asked;
    if (flags.has('V')) {
      yield* context.stdout.write('jq-1.6\n');
      return 0;
    }
    if (flags.has('h')) {
      yield* context.stdout.write(USAGE);
      return 0;
    }
    if (asked.filter === undefined) {
      if (context.stdin.tty || context.stdout.tty) {
        yield* context.stderr.write(USAGE);
        return 2;
      }
      asked.filter = '.';
    }
    let filter: Filter;
    try {
      filter = parseFilter(asked.filter);
      const missing = undefinedCall(filter, new Set([...asked.variables.keys()].map((name) => `$${name}`)));
      if (missing !== undefined) throw new SyntaxFault(`${missing} is not defined`);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      const hint = /unexpected/.test(error.message) ? ' (Unix shell quoting issues?)' : '';
      yield* context.stderr.write(
        `jq: error: ${error.message}${hint} at <top-level>, line 1:\n${asked.filter}${hint === '' ? '' : '  '}\njq: 1 compile error\n`,
      );
      return 3;
    }
    return yield* process(context, asked, filter);
  },
};

function* process(context: Context, asked: Asked, filter: Filter): Routine<number> {
  const { flags } = asked;
  let source = '';
  let status = 0;
  if (asked.files.length === 0) {
    if (!flags.has('n')) source = yield* readAll(context.stdin);
  } else
    for (const file of asked.files) {
      const path = context.fs.resolve(context.cwd, file);
      if (context.fs.exists(path) && context.fs.stat(path).type !== 'directory') source += context.fs.read(path);
      else {
        yield* context.stderr.write(`jq: error: Could not open file ${file}: No such file or directory\n`);
        status = 2;
      }
    }
  const style: Style = {
    indent: flags.has('c') ? undefined : asked.indent,
    sortKeys: flags.has('S'),
    ascii: flags.has('a'),
    color: flags.has('C') || (context.stdout.tty && !flags.has('M')),
  };
  const values = flags.has('R') ? rawInputs(source, flags.has('s')) : jsonValues(source);
  const scope = new Scope();
  for (const [name, value] of asked.variables) scope.variables.set(name, value);
  scope.variables.set('__prog_args', asked.positional);
  scope.variables.set('ARGS', { positional: asked.positional, named: Object.fromEntries(asked.variables) });
  const env = Object.fromEntries(context.env);
  let last: Json | undefined;
  try {
    const inputs: Iterator<Json> = flags.has('n') || (flags.has('s') && !flags.has('R')) ? values : values;
    const evaluator = new Evaluator(inputs, env, context.machine.world.sim.calendar());
    const mains: Iterable<Json> = flags.has('n')
      ? [null]
      : flags.has('s') && !flags.has('R')
        ? [[...values]]
        : rest(values);
    for (const input of mains) {
      yield* sleep(0.01);
      try {
        for (const { value } of evaluator.run(filter, plain(input), scope)) {
          last = value;
          const text = (flags.has('r') || flags.has('j')) && typeof value === 'string' ? value : render(value, style);
          yield* context.stdout.write(flags.has('j') ? text : `${text}\n`);
        }
      } catch (thrown) {
        const error = thrown instanceof RangeError ? new JqError('Maximum call depth exceeded') : thrown;
        if (!(error instanceof JqError)) throw error;
        const words =
          typeof error.value === 'string'
            ? `: ${error.value}`
            : ` (not a string): ${render(error.value, { ...style, color: false, indent: undefined })}`;
        yield* context.stderr.write(`jq: error (at ${place(asked, source)})${words}\n`);
        status = 5;
      }
    }
  } catch (error) {
    if (!(error instanceof ParseFault)) throw error;
    yield* context.stderr.write(`parse error: ${error.message}\n`);
    return 2;
  }
  if (status === 0 && flags.has('e')) return last === undefined ? 4 : truthy(last) ? 0 : 1;
  return status;
}

/** Goes on with an iterator that others also take from. */
function* rest(values: Iterator<Json>): Generator<Json> {
  for (let next = values.next(); next.done !== true; next = values.next()) yield next.value;
}

function place(asked: Asked, source: string): string {
  if (asked.flags.has('n')) return '<unknown>';
  const lines = (source.match(/\n/g) ?? []).length;
  return `${asked.files.length === 0 ? '<stdin>' : asked.files.at(-1)}:${lines}`;
}

function* rawInputs(source: string, slurp: boolean): Generator<Json> {
  if (slurp) {
    yield source;
    return;
  }
  const lines = source.split('\n');
  if (lines.at(-1) === '') lines.pop();
  yield* lines;
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.type === 'name') return [`$${pattern.name}`];
  if (pattern.type === 'list') return pattern.items.flatMap(namesOf);
  return pattern.entries.flatMap(([, name, inner]) => [
    ...(name === undefined ? [] : [`$${name}`]),
    ...(inner === undefined ? [] : namesOf(inner)),
  ]);
}

/** The first name that nothing defines: `foo/0` or `$x`. */
function undefinedCall(filter: Filter, known: ReadonlySet<string>): string | undefined {
  const all = (filters: readonly (Filter | undefined)[], names = known) => {
    for (const each of filters) {
      const found = each === undefined ? undefined : undefinedCall(each, names);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  switch (filter.type) {
    case 'text':
      return all(filter.parts.map((part) => (typeof part === 'string' ? undefined : part)));
    case 'index':
      return all([filter.of, filter.key]);
    case 'slice':
      return all([filter.of, filter.from, filter.to]);
    case 'each':
    case 'negate':
      return all([filter.of]);
    case 'array':
      return all([filter.body]);
    case 'object':
      return all(filter.entries.flat());
    case 'pipe':
    case 'comma':
    case 'binary':
    case 'update':
      return all([filter.left, filter.right]);
    case 'bind':
      return all([filter.source]) ?? all([filter.body], new Set([...known, ...filter.patterns.flatMap(namesOf)]));
    case 'reduce':
    case 'foreach':
      return (
        all([filter.source, filter.start]) ??
        all([filter.update, filter.extract], new Set([...known, ...namesOf(filter.pattern)]))
      );
    case 'if':
      return all([filter.test, filter.yes, filter.no]);
    case 'try':
      return all([filter.body, filter.handler]);
    case 'label':
      return all([filter.body]);
    case 'variable':
      return known.has(`$${filter.name}`) || ['ENV', '__loc__', 'ARGS', '__prog_args'].includes(filter.name)
        ? undefined
        : `$${filter.name}`;
    case 'def': {
      const { name, parameters, body } = filter.definition;
      const outer = new Set([...known, `${name}/${parameters.length}`]);
      const inner = new Set([...outer, ...parameters.flatMap((each) => [each, `${each.replace('$', '')}/0`])]);
      return all([body], inner) ?? all([filter.body], outer);
    }
    case 'call': {
      const key = `${filter.name}/${filter.args.length}`;
      return known.has(key) || isDefined(key) ? all(filter.args) : key;
    }
    default:
      return undefined;
  }
}
