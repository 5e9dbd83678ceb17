import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { options } from '../options.ts';

/** Runs `each` on every operand; a file error is printed in the program's words and makes the status 1. */
function* onEach(
  context: Context,
  operands: readonly string[],
  words: (operand: string) => string,
  each: (path: string, operand: string) => void,
): Routine<number> {
  let status = 0;
  for (const operand of operands) {
    try {
      each(context.fs.resolve(context.cwd, operand), operand);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield* context.stderr.write(`${context.argv[0]}: ${words(operand)}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

function* missing(context: Context, what = 'missing operand'): Routine<number> {
  yield* context.stderr.write(`${context.argv[0]}: ${what}\nTry '${context.argv[0]} --help' for more information.\n`);
  return 1;
}

export const mkdir: Program = {
  name: 'mkdir',
  summary: 'make directories',
  *run(context) {
    const given = yield* options(context, { short: 'pm:v', long: { parents: 'p', 'mode=': 'm', verbose: 'v' } });
    if (given === undefined) return 1;
    if (given.operands.length === 0) return yield* missing(context);
    return yield* onEach(
      context,
      given.operands,
      (each) => `cannot create directory ‘${each}’`,
      (path) => context.fs.makeDirectory(path, { parents: given.has('p') }),
    );
  },
};

export const rm: Program = {
  name: 'rm',
  summary: 'remove files or directories',
  *run(context) {
    const given = yield* options(context, {
      short: 'rRfidv',
      long: { recursive: 'r', force: 'f', dir: 'd', verbose: 'v' },
    });
    if (given === undefined) return 1;
    if (given.operands.length === 0) return given.has('f') ? 0 : yield* missing(context);
    const recursive = given.has('r') || given.has('R');
    return yield* onEach(
      context,
      given.operands,
      (each) => `cannot remove '${each}'`,
      (path) => {
        if (given.has('f') && !context.fs.exists(path)) return;
        if (context.fs.lstat(path).type === 'directory' && !recursive) throw new FileError('EISDIR', path);
        context.fs.remove(path, { recursive });
      },
    );
  },
};

export const touch: Program = {
  name: 'touch',
  summary: 'change file timestamps',
  *run(context) {
    const given = yield* options(context, { short: 'acmd:t:r:', long: { 'no-create': 'c' } });
    if (given === undefined) return 1;
    if (given.operands.length === 0) return yield* missing(context, 'missing file operand');
    return yield* onEach(
      context,
      given.operands,
      (each) => `cannot touch '${each}'`,
      (path) => {
        if (!given.has('c') || context.fs.exists(path)) context.fs.touch(path);
      },
    );
  },
};

function isFolder(context: Context, path: string): boolean {
  return context.fs.exists(path) && context.fs.stat(path).type === 'directory';
}

function copyTree(context: Context, from: string, to: string): void {
  const { fs } = context;
  const info = fs.stat(from);
  if (info.type !== 'directory') {
    fs.write(to, fs.read(from), { mode: info.mode });
    return;
  }
  fs.makeDirectory(to, { parents: true });
  for (const name of fs.list(from)) copyTree(context, `${from}/${name}`, `${to}/${name}`);
}

function transfer(name: 'cp' | 'mv'): Program {
  return {
    name,
    summary: name === 'cp' ? 'copy files and directories' : 'move (rename) files',
    *run(context) {
      const given = yield* options(context, {
        short: 'rRafipvnut:T',
        long: { recursive: 'r', archive: 'a', force: 'f' },
      });
      if (given === undefined) return 1;
      const operands = [...given.operands];
      const target = operands.pop();
      if (target === undefined) return yield* missing(context, 'missing file operand');
      if (operands.length === 0) return yield* missing(context, `missing destination file operand after '${target}'`);
      const { fs } = context;
      const goal = fs.resolve(context.cwd, target);
      if (operands.length > 1 && !isFolder(context, goal)) {
        yield* context.stderr.write(
          `${name}: target '${target}': ${fs.exists(goal) ? 'Not a directory' : 'No such file or directory'}\n`,
        );
        return 1;
      }
      let status = 0;
      for (const operand of operands) {
        const from = fs.resolve(context.cwd, operand);
        const to = isFolder(context, goal) ? `${goal}/${from.slice(from.lastIndexOf('/') + 1)}` : goal;
        try {
          if (!fs.exists(from)) throw new FileError('ENOENT', from);
          if (name === 'cp' && isFolder(context, from) && !['r', 'R', 'a'].some((letter) => given.has(letter))) {
            yield* context.stderr.write(`cp: -r not specified; omitting directory '${operand}'\n`);
            status = 1;
            continue;
          }
          if (name === 'cp') copyTree(context, from, to);
          else fs.rename(from, to);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          const words = fs.exists(from)
            ? name === 'cp'
              ? `cannot create regular file '${target}'`
              : `cannot move '${operand}' to '${target}'`
            : `cannot stat '${operand}'`;
          yield* context.stderr.write(`${name}: ${words}: ${error.message}\n`);
          status = 1;
        }
      }
      return status;
    },
  };
}

export const cp = transfer('cp');
export const mv = transfer('mv');
