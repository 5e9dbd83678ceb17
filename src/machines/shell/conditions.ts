import { FileError } from '../filesystem.ts';
import type { Shell } from './shell.ts';

/** Whether a file is newer (`-nt`), older (`-ot`), or the same (`-ef`). */
export function newer(shell: Shell, operator: string, left: string, right: string): boolean {
  const { fs, cwd } = shell.context;
  const time = (path: string) => {
    const whole = fs.resolve(cwd, path);
    return fs.exists(whole) ? fs.stat(whole).modified : undefined;
  };
  const [a, b] = [time(left), time(right)];
  if (operator === '-ef') return a !== undefined && fs.resolve(cwd, left) === fs.resolve(cwd, right);
  const [late, early] = operator === '-nt' ? [a, b] : [b, a];
  return late !== undefined && (early === undefined || late > early);
}

/** A file or string test with one operand. */
export function unary(shell: Shell, operator: string, operand: string): boolean {
  if (operator === '-z') return operand === '';
  if (operator === '-n') return operand !== '';
  if (operator === '-v') {
    const [, name = operand, index] = /^(\w+)\[(.*)\]$/.exec(operand) ?? [];
    return shell.parameter(name, index) !== undefined;
  }
  if (operator === '-o') return shell.options.has(operand);
  if (operator === '-t') return shell.context.stdout.tty;
  const { fs, cwd } = shell.context;
  try {
    const path = fs.resolve(cwd, operand);
    const info = operator === '-L' || operator === '-h' ? fs.lstat(path) : fs.stat(path);
    switch (operator) {
      case '-e':
      case '-a':
        return true;
      case '-f':
        return info.type === 'file';
      case '-d':
        return info.type === 'directory';
      case '-L':
      case '-h':
        return info.type === 'symlink';
      case '-s':
        return info.size > 0;
      case '-x':
        return info.type === 'directory' || (info.mode & 0o111) !== 0;
      case '-r':
      case '-w':
        return true;
      default:
        return false;
    }
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** A comparison; undefined for an operator that does not exist. */
export function binary(operator: string, left: string, right: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-eq':
      return Number(left) === Number(right);
    case '-ne':
      return Number(left) !== Number(right);
    case '-lt':
      return Number(left) < Number(right);
    case '-le':
      return Number(left) <= Number(right);
    case '-gt':
      return Number(left) > Number(right);
    case '-ge':
      return Number(left) >= Number(right);
    default:
      return undefined;
  }
}
