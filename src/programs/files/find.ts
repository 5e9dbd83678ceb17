import { FileError, type FileInfo } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { Pattern } from '../../machines/shell/pattern.ts';
import type { Routine } from '../../sim/routine.ts';

type Test = (path: string, info: FileInfo, name: string) => boolean;

interface Plan {
  readonly roots: readonly string[];
  readonly tests: readonly Test[];
  readonly least: number;
  readonly most: number;
  readonly end: string;
  readonly exec: { readonly argv: readonly string[]; readonly together: boolean } | undefined;
  readonly remove: boolean;
}

class FindError extends Error {}

/** A shell pattern as a regular expression over a whole name. */
function glob(pattern: string, ignoreCase: boolean): Pattern {
  return new Pattern([{ text: pattern, quoted: false }], ignoreCase);
}

function plan(args: readonly string[], now: number, list: (path: string) => readonly string[]): Plan {
  const roots: string[] = [];
  const rest = [...args];
  while (rest[0] !== undefined && !/^[-(!]/.test(rest[0])) roots.push(rest.shift() ?? '');
  const tests: Test[] = [];
  let [least, most, end, remove] = [0, Number.POSITIVE_INFINITY, '\n', false];
  let exec: Plan['exec'];
  let negate = false;
  let either = false;
  const add = (test: Test) => {
    const own: Test = negate ? (...all) => !test(...all) : test;
    negate = false;
    const before = either ? tests.pop() : undefined;
    either = false;
    tests.push(before === undefined ? own : (...all) => before(...all) || own(...all));
  };
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const value = (): string => {
      const next = rest.shift();
      if (next === undefined) throw new FindError(`missing argument to \`${word}'`);
      return next;
    };
    switch (word) {
      case '-name':
      case '-iname': {
        const pattern = glob(value(), word === '-iname');
        add((_, __, name) => pattern.test(name));
        break;
      }
      case '-path':
      case '-wholename': {
        const pattern = glob(value(), false);
        add((path) => pattern.test(path));
        break;
      }
      case '-type': {
        const type = { f: 'file', d: 'directory', l: 'symlink' }[value()];
        if (type === undefined) throw new FindError(`Unknown argument to -type: ${rest[0] ?? ''}`);
        add((_, info) => info.type === type);
        break;
      }
      case '-size': {
        const match = /^([+-]?)(\d+)([ckMGb]?)$/.exec(value());
        if (match === null) throw new FindError("invalid argument to `-size'");
        const unit = { c: 1, k: 1024, M: 1_048_576, G: 1_073_741_824, b: 512, '': 512 }[match[3] ?? ''] ?? 512;
        const count = Number(match[2]);
        add((_, info) => {
          const blocks = Math.ceil(info.size / unit);
          return match[1] === '+' ? blocks > count : match[1] === '-' ? blocks < count : blocks === count;
        });
        break;
      }
      case '-mmin':
      case '-mtime': {
        const match = /^([+-]?)(\d+)$/.exec(value());
        const unit = word === '-mmin' ? 60_000 : 86_400_000;
        const count = Number(match?.[2] ?? 0);
        add((_, info) => {
          const age = Math.floor((now - info.modified) / unit);
          return match?.[1] === '+' ? age > count : match?.[1] === '-' ? age < count : age === count;
        });
        break;
      }
      case '-empty':
        add((path, info) =>
          info.type === 'directory' ? list(path).length === 0 : info.type === 'file' && info.size === 0,
        );
        break;
      case '-user': {
        const user = value();
        add((_, info) => info.owner === user);
        break;
      }
      case '-maxdepth':
        most = Number(value());
        break;
      case '-mindepth':
        least = Number(value());
        break;
      case '!':
      case '-not':
        negate = !negate;
        break;
      case '-o':
      case '-or':
        either = true;
        break;
      case '-a':
      case '-and':
      case '-print':
      case '(':
      case ')':
        break;
      case '-print0':
        end = '\0';
        break;
      case '-delete':
        remove = true;
        break;
      case '-exec': {
        const argv: string[] = [];
        while (rest[0] !== undefined && rest[0] !== ';' && !(rest[0] === '+' && argv.at(-1) === '{}'))
          argv.push(rest.shift() ?? '');
        const last = rest.shift();
        if (last === undefined) throw new FindError("missing argument to `-exec'");
        exec = { argv, together: last === '+' };
        break;
      }
      default:
        throw new FindError(
          word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`,
        );
    }
  }
  return { roots: roots.length === 0 ? ['.'] : roots, tests, least, most, end, exec, remove };
}

/** find of GNU findutils: the tests people use, -exec, -delete. */
export const find: Program = {
  name: 'find',
  summary: 'search for files in a directory hierarchy',
  *run(context) {
    let wanted: Plan;
    try {
      wanted = plan(context.argv.slice(1), context.machine.world.sim.calendar(), (path) =>
        context.fs.list(context.fs.resolve(context.cwd, path)),
      );
    } catch (error) {
      if (!(error instanceof FindError)) throw error;
      yield* context.stderr.write(`find: ${error.message}\n`);
      return 1;
    }
    const found: string[] = [];
    let status = 0;
    for (const root of wanted.roots) {
      const path = context.fs.resolve(context.cwd, root);
      if (!context.fs.exists(path)) {
        yield* context.stderr.write(`find: ‘${root}’: No such file or directory\n`);
        status = 1;
        continue;
      }
      walk(context, wanted, path, root, 0, found);
    }
    const failed = yield* act(context, wanted, found);
    return failed ? 1 : status;
  },
};

function walk(context: Context, wanted: Plan, path: string, shown: string, depth: number, found: string[]): void {
  const { fs } = context;
  let info: FileInfo;
  try {
    info = fs.lstat(path);
  } catch (error) {
    if (error instanceof FileError) return;
    throw error;
  }
  const name = shown.replace(/\/+$/, '').slice(shown.replace(/\/+$/, '').lastIndexOf('/') + 1) || shown;
  const fits = depth >= wanted.least && wanted.tests.every((test) => test(shown, info, name));
  if (fits && !wanted.remove) found.push(shown);
  if (info.type === 'directory' && depth < wanted.most && depth < 200)
    for (const each of fs.list(path))
      walk(
        context,
        wanted,
        `${path === '/' ? '' : path}/${each}`,
        `${shown.replace(/\/$/, '')}/${each}`,
        depth + 1,
        found,
      );
  // With -delete what is inside goes first.
  if (fits && wanted.remove) found.push(shown);
}

function* act(context: Context, wanted: Plan, found: readonly string[]): Routine<boolean> {
  let failed = false;
  if (wanted.remove) {
    for (const each of found) {
      try {
        if (each !== '.') context.fs.remove(context.fs.resolve(context.cwd, each), { recursive: true });
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* context.stderr.write(`find: cannot delete ‘${each}’: ${error.message}\n`);
        failed = true;
      }
    }
    return failed;
  }
  const { exec } = wanted;
  if (exec === undefined) {
    yield* context.stdout.write(found.map((each) => each + wanted.end).join(''));
    return false;
  }
  if (exec.together) {
    const argv = exec.argv.flatMap((word) => (word === '{}' ? found : [word]));
    if (found.length > 0 && (yield* context.run(argv)) !== 0) failed = true;
    return failed;
  }
  for (const each of found) yield* context.run(exec.argv.map((word) => word.replaceAll('{}', each)));
  return false;
}
