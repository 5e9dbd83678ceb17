import { FileError, type FileInfo } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { encodeBytes } from '../../machines/text.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import { open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

/** Does something with each operand; file errors are told in the program's words. */
function* each(
  context: Context,
  operands: readonly string[],
  words: (operand: string) => string,
  act: (path: string, operand: string) => Routine,
): Routine<number> {
  let status = 0;
  for (const operand of operands) {
    try {
      yield* act(context.fs.resolve(context.cwd, operand), operand);
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

/** `u+x,go-w` or `644`, applied to a mode. Undefined for what is neither. */
export function changedMode(text: string, mode: number, directory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  let now = mode;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (match === null) return undefined;
    const who = match[1] === '' || match[1]?.includes('a') === true ? 'ugo' : (match[1] ?? '');
    for (const one of who) {
      const shift = { u: 6, g: 3, o: 0 }[one] ?? 0;
      let bits = 0;
      for (const letter of match[3] ?? '')
        bits |=
          letter === 'r'
            ? 4
            : letter === 'w'
              ? 2
              : letter === 'x' || (letter === 'X' && (directory || (mode & 0o111) !== 0))
                ? 1
                : 0;
      if (match[2] === '+') now |= bits << shift;
      else if (match[2] === '-') now &= ~(bits << shift);
      else now = (now & ~(7 << shift)) | (bits << shift);
    }
  }
  return now;
}

export const chmod: Program = {
  name: 'chmod',
  summary: 'change file mode bits',
  *run(context) {
    const args = context.argv.slice(1);
    const recursive = args.some((arg) => arg === '-R' || arg === '--recursive');
    const [mode, ...files] = args.filter((arg) => !/^(-R|-v|-c|-f|--recursive)$/.test(arg));
    if (mode === undefined) return yield* missing(context);
    if (files.length === 0) return yield* missing(context, `missing operand after ‘${mode}’`);
    if (changedMode(mode, 0, false) === undefined) {
      yield* context.stderr.write(`chmod: invalid mode: ‘${mode}’\nTry 'chmod --help' for more information.\n`);
      return 1;
    }
    const { fs } = context;
    const change = (path: string): void => {
      const info = fs.stat(path);
      fs.chmod(path, changedMode(mode, info.mode, info.type === 'directory') ?? info.mode);
      if (recursive && info.type === 'directory') for (const name of fs.list(path)) change(`${path}/${name}`);
    };
    return yield* each(
      context,
      files,
      (file) => `cannot access '${file}'`,
      function* (path) {
        change(path);
      },
    );
  },
};

export const chown: Program = {
  name: 'chown',
  summary: 'change file owner and group',
  *run(context) {
    const [owner, ...files] = context.argv.slice(1).filter((arg) => !arg.startsWith('-'));
    if (owner === undefined || files.length === 0) return yield* missing(context);
    const [user = '', group = user] = owner.split(':');
    if (context.user !== 'root') {
      for (const file of files)
        yield* context.stderr.write(`chown: changing ownership of '${file}': Operation not permitted\n`);
      return 1;
    }
    return yield* each(
      context,
      files,
      (file) => `cannot access '${file}'`,
      function* (path) {
        context.fs.chown(path, user, group);
      },
    );
  },
};

export const ln: Program = {
  name: 'ln',
  summary: 'make links between files',
  *run(context) {
    const given = yield* options(context, {
      short: 'sfnvT',
      long: { symbolic: 's', force: 'f', 'no-dereference': 'n', verbose: 'v' },
    });
    if (given === undefined) return 1;
    const [target, name = target?.slice(target.lastIndexOf('/') + 1)] = given.operands;
    if (target === undefined || name === undefined) return yield* missing(context, 'missing file operand');
    const { fs } = context;
    let path = fs.resolve(context.cwd, name);
    if (fs.exists(path) && fs.stat(path).type === 'directory' && !given.has('n'))
      path = `${path}/${target.slice(target.lastIndexOf('/') + 1)}`;
    const kind = given.has('s') ? 'symbolic' : 'hard';
    return yield* each(
      context,
      [name],
      (operand) => `failed to create ${kind} link '${operand}'`,
      function* () {
        if (fs.exists(path) && given.has('f')) fs.remove(path);
        if (given.has('s')) fs.symlink(target, path);
        else {
          if (fs.exists(path)) throw new FileError('EEXIST', path);
          fs.write(path, fs.read(fs.resolve(context.cwd, target)));
        }
      },
    );
  },
};

function modeText(info: FileInfo): string {
  const letters = 'rwxrwxrwx';
  const bits = [...letters].map((letter, at) => ((info.mode >> (8 - at)) & 1 ? letter : '-')).join('');
  return `${info.type === 'directory' ? 'd' : info.type === 'symlink' ? 'l' : '-'}${bits}`;
}

export const stat: Program = {
  name: 'stat',
  summary: 'display file status',
  *run(context) {
    const given = yield* options(context, { short: 'c:Lt', long: { 'format=': 'c', dereference: 'L', terse: 't' } });
    if (given === undefined) return 1;
    if (given.operands.length === 0) return yield* missing(context);
    const format = given.value('c');
    return yield* each(
      context,
      given.operands,
      (file) => `cannot statx '${file}'`,
      function* (path, operand) {
        const info = given.has('L') ? context.fs.stat(path) : context.fs.lstat(path);
        const octal = (info.mode & 0o7777).toString(8).padStart(4, '0');
        const kind = {
          file: info.size === 0 ? 'regular empty file' : 'regular file',
          directory: 'directory',
          symlink: 'symbolic link',
          device: 'character special file',
        }[info.type];
        const time = `${new Date(info.modified).toISOString().replace('T', ' ').replace('Z', '000000')} +0000`;
        if (format !== undefined) {
          const values: Readonly<Record<string, string>> = {
            n: operand,
            s: String(info.size),
            a: octal.replace(/^0/, ''),
            A: modeText(info),
            U: info.owner,
            G: info.group,
            F: kind,
            y: time,
            Y: String(Math.floor(info.modified / 1000)),
            h: '1',
          };
          yield* context.stdout.write(
            `${format.replace(/%([a-zA-Z%])/g, (whole, key: string) => (key === '%' ? '%' : (values[key] ?? whole)))}\n`,
          );
          return;
        }
        yield* context.stdout.write(
          `  File: ${operand}${info.target === undefined ? '' : ` -> ${info.target}`}\n  Size: ${String(info.size).padEnd(10)}\tBlocks: ${String(Math.ceil(info.size / 4096) * 8).padEnd(10)} IO Block: 4096   ${kind}\nDevice: 8,1\tInode: ${131_072 + ((path.length * 37) % 9973)}\tLinks: 1\nAccess: (${octal}/${modeText(info)})  Uid: (${(info.owner === 'root' ? '0' : '1000').padStart(5)}/${info.owner.padStart(8)})   Gid: (${(info.group === 'root' ? '0' : '1000').padStart(5)}/${info.group.padStart(8)})\nAccess: ${time}\nModify: ${time}\nChange: ${time}\n Birth: ${time}\n`,
        );
      },
    );
  },
};

export const basename: Program = {
  name: 'basename',
  summary: 'strip directory and suffix from filenames',
  *run(context) {
    const [path, suffix = ''] = context.argv.slice(1);
    if (path === undefined) return yield* missing(context);
    const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
    yield* context.stdout.write(
      `${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
    );
    return 0;
  },
};

export const dirname: Program = {
  name: 'dirname',
  summary: 'strip last component from file name',
  *run(context) {
    const paths = context.argv.slice(1);
    if (paths.length === 0) return yield* missing(context);
    for (const path of paths) {
      const bare = path.replace(/\/+$/, '');
      const at = bare.lastIndexOf('/');
      yield* context.stdout.write(`${at < 0 ? '.' : at === 0 ? '/' : bare.slice(0, at).replace(/\/+$/, '')}\n`);
    }
    return 0;
  },
};

export const realpath: Program = {
  name: 'realpath',
  summary: 'print the resolved path',
  *run(context) {
    const paths = context.argv.slice(1).filter((arg) => !arg.startsWith('-'));
    if (paths.length === 0) return yield* missing(context);
    return yield* each(
      context,
      paths,
      (path) => path,
      function* (path) {
        let now = path;
        for (let links = 0; links < 20 && context.fs.exists(now) && context.fs.lstat(now).type === 'symlink'; links++)
          now = context.fs.resolve(now.slice(0, now.lastIndexOf('/')) || '/', context.fs.lstat(now).target ?? '');
        if (!context.fs.exists(now) && !context.fs.exists(now.slice(0, now.lastIndexOf('/')) || '/'))
          throw new FileError('ENOENT', now);
        yield* context.stdout.write(`${now}\n`);
      },
    );
  },
};

export const readlink: Program = {
  name: 'readlink',
  summary: 'print resolved symbolic links',
  *run(context) {
    const full = context.argv.includes('-f');
    if (full) return yield* realpath.run(context);
    let status = 0;
    for (const operand of context.argv.slice(1).filter((arg) => !arg.startsWith('-'))) {
      const path = context.fs.resolve(context.cwd, operand);
      const folder = path.slice(0, path.lastIndexOf('/')) || '/';
      const there =
        context.fs.exists(folder) && context.fs.list(folder).includes(path.slice(path.lastIndexOf('/') + 1));
      const target = there ? context.fs.lstat(path).target : undefined;
      if (target === undefined) status = 1;
      else yield* context.stdout.write(`${target}\n`);
    }
    return status;
  },
};

export const rmdir: Program = {
  name: 'rmdir',
  summary: 'remove empty directories',
  *run(context) {
    const given = yield* options(context, { short: 'pv', long: { parents: 'p', verbose: 'v' } });
    if (given === undefined) return 1;
    if (given.operands.length === 0) return yield* missing(context);
    return yield* each(
      context,
      given.operands,
      (path) => `failed to remove '${path}'`,
      function* (path) {
        if (context.fs.stat(path).type !== 'directory') throw new FileError('ENOTDIR', path);
        if (context.fs.list(path).length > 0) throw new FileError('ENOTEMPTY', path);
        context.fs.remove(path, { recursive: true });
      },
    );
  },
};

export const mktemp: Program = {
  name: 'mktemp',
  summary: 'create a temporary file or directory',
  *run(context) {
    const given = yield* options(context, { short: 'dqut', long: { directory: 'd', quiet: 'q', 'dry-run': 'u' } });
    if (given === undefined) return 1;
    const { sim } = context.machine.world;
    const random = sim.random.stream(`mktemp/${context.machine.id}/${context.pid}/${sim.now()}`);
    const template = given.operands[0] ?? '/tmp/tmp.XXXXXXXXXX';
    const tail = /X{3,}(?=[^X]*$)/.exec(template);
    if (tail === null) {
      yield* context.stderr.write(`mktemp: too few X's in template ‘${template}’\n`);
      return 1;
    }
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const name = template.replace(/X{3,}(?=[^X]*$)/, random.text(tail[0].length, letters));
    const path = context.fs.resolve(context.cwd, name);
    if (given.has('d')) context.fs.makeDirectory(path, { mode: 0o700 });
    else context.fs.write(path, '', { mode: 0o600 });
    yield* context.stdout.write(`${name}\n`);
    return 0;
  },
};

/** sha256sum and its like; MD5 is not in WebCrypto, so md5sum is a table of its own. */
export function checksum(
  name: 'sha1sum' | 'sha256sum' | 'sha512sum',
  algorithm: 'SHA-1' | 'SHA-256' | 'SHA-512',
): Program {
  return {
    name,
    summary: `compute and check ${algorithm.replace('-', '')} message digest`,
    *run(context) {
      const operands = context.argv.slice(1).filter((arg) => !/^-[bt]$/.test(arg));
      let status = 0;
      for (const operand of operands.length === 0 ? ['-'] : operands) {
        const input = yield* open(context, operand);
        if (input === undefined) {
          status = 1;
          continue;
        }
        const bytes = encodeBytes(yield* readAll(input));
        const digest = yield* outside(() => crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>));
        const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        yield* context.stdout.write(`${hex}  ${operand}\n`);
      }
      return status;
    },
  };
}

export const diff: Program = {
  name: 'diff',
  summary: 'compare files line by line',
  *run(context) {
    const given = yield* options(context, {
      short: 'uU:qrNbwBisy',
      long: {
        unified: 'u',
        brief: 'q',
        recursive: 'r',
        'new-file': 'N',
        'report-identical-files': 's',
        'ignore-case': 'i',
      },
    });
    if (given === undefined) return 2;
    const [first, second] = given.operands;
    if (first === undefined || second === undefined) {
      yield* context.stderr.write(
        `diff: missing operand${first === undefined ? '' : ` after '${first}'`}\ndiff: Try 'diff --help' for more information.\n`,
      );
      return 2;
    }
    const [a, b] = [yield* open(context, first), yield* open(context, second)];
    if (a === undefined || b === undefined) return 2;
    const [left, right] = [yield* readAll(a), yield* readAll(b)];
    if (left === right) {
      if (given.has('s')) yield* context.stdout.write(`Files ${first} and ${second} are identical\n`);
      return 0;
    }
    if (given.has('q')) {
      yield* context.stdout.write(`Files ${first} and ${second} differ\n`);
      return 1;
    }
    const { changes, unified } = yield* outside(() => import('./differences.ts'));
    if (given.has('u') || given.has('U')) {
      const stamp = (name: string) => {
        const path = context.fs.resolve(context.cwd, name);
        const at = context.fs.exists(path) ? context.fs.stat(path).modified : context.machine.world.sim.calendar();
        return `${name}\t${new Date(at).toISOString().replace('T', ' ').replace('Z', '000000')} +0000`;
      };
      yield* context.stdout.write(
        `--- ${stamp(first)}\n+++ ${stamp(second)}\n${unified(left, right, Number(given.value('U') ?? 3))}`,
      );
    } else yield* context.stdout.write(changes(left, right));
    return 1;
  },
};
