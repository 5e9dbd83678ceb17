import type { Redirect, Redirection, Word } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { FileError } from '../filesystem.ts';
import type { Input, Output } from '../process.ts';
import { EMPTY_INPUT, endlessInput, fileOutput, Pipe, textInput } from '../streams.ts';
import { expandFields, expandParts, expandText } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';
import { fork } from './subshell.ts';

/** What is open by its descriptor. */
type Descriptors = Map<number, Input | Output>;

/** The streams with redirections in place; undefined when one of them cannot be opened, which is said. */
export function* opening(
  shell: Shell,
  redirects: readonly Redirection[],
  streams: Streams,
): Routine<Streams | undefined> {
  const open: Descriptors = new Map<number, Input | Output>([
    [0, streams.stdin],
    [1, streams.stdout],
    [2, streams.stderr],
    ...(streams.others ?? []),
  ]);
  for (const redirect of redirects) {
    let descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    if (redirect.descriptor?.type === 'FileDescriptorVariable') {
      descriptor = 10;
      while (open.has(descriptor)) descriptor++;
      shell.assign(redirect.descriptor.name, String(descriptor));
    }
    if (redirect.type === 'HereDoc') {
      const { body: text, delimiter } = redirect;
      if (redirect.closing === undefined && shell.scripted)
        yield* streams.stderr.write(
          `${shell.prefix()}warning: here-document at line ${shell.line()} delimited by end-of-file (wanted \`${delimiter?.value ?? ''}')\n`,
        );
      const raw =
        delimiter?.quoted === true || text.parts === undefined ? text.text : yield* expandParts(shell, text.parts);
      open.set(descriptor ?? 0, textInput(redirect.operator === '<<-' ? raw.replace(/^\t+/gm, '') : raw));
    } else if (redirect.type === 'HereString')
      open.set(
        descriptor ?? 0,
        textInput(`${redirect.target === undefined ? '' : yield* expandText(shell, redirect.target)}\n`),
      );
    else {
      const fault = yield* file(shell, redirect, descriptor, open, streams);
      if (fault === undefined) continue;
      yield* streams.stderr.write(`${shell.prefix()}${fault}\n`);
      return undefined;
    }
  }
  const others = new Map([...open].filter(([descriptor]) => descriptor > 2));
  return {
    stdin: input(open.get(0)),
    stdout: output(open.get(1)),
    stderr: output(open.get(2)),
    ...(others.size === 0 ? {} : { others }),
  };
}

/** One redirection to or from a file or another descriptor; what is wrong with it. */
function* file(
  shell: Shell,
  redirect: Redirect,
  descriptor: number | undefined,
  open: Descriptors,
  streams: Streams,
): Routine<string | undefined> {
  const { operator } = redirect;
  const command = piped(redirect.target);
  if (command?.script !== undefined) {
    const { script } = command;
    const pipe = new Pipe();
    const inward = command.operator === '<';
    const process = fork(
      shell,
      inward ? { ...streams, stdout: pipe.output } : { ...streams, stdin: pipe.input },
      (copy, inner) => copy.runScript(script, inner),
      false,
    );
    if (inward) process.onExit(() => pipe.output.close());
    else process.orphan();
    shell.opened.push(() => (inward ? pipe.input : pipe.output).close());
    open.set(descriptor ?? (inward ? 0 : 1), inward ? pipe.input : pipe.output);
    return undefined;
  }
  const target: string = yield* redirectTarget(shell, redirect.target);
  const { fs, cwd } = shell.context;
  try {
    switch (operator) {
      case '<':
        open.set(descriptor ?? 0, fileInput(shell, target));
        break;
      case '<>':
        if (!fs.exists(fs.resolve(cwd, target))) fs.write(fs.resolve(cwd, target), '');
        open.set(descriptor ?? 0, fileInput(shell, target));
        break;
      case '>':
      case '>|':
      case '>>': {
        const path = fs.resolve(cwd, target);
        if (target === '') return ': No such file or directory';
        if (operator === '>' && shell.options.has('noclobber') && fs.exists(path) && fs.stat(path).type === 'file')
          return `${target}: cannot overwrite existing file`;
        const special = /^\/dev\/(?:std(out|err)|fd\/(\d+))$/.exec(target);
        const same =
          special === null
            ? undefined
            : open.get(special[1] === undefined ? Number(special[2]) : special[1] === 'out' ? 1 : 2);
        open.set(descriptor ?? 1, same ?? fileOutput(fs, path, operator === '>>'));
        break;
      }
      case '&>':
      case '&>>': {
        const both = fileOutput(fs, fs.resolve(cwd, target), operator === '&>>');
        open.set(1, both);
        open.set(2, both);
        break;
      }
      case '>&':
      case '<&': {
        const from = descriptor ?? (operator === '>&' ? 1 : 0);
        const number = /^(\d+)(-?)$/.exec(target);
        if (target === '-') open.delete(from);
        else if (number !== null) {
          const same = open.get(Number(number[1]));
          if (same === undefined) return `${target}: Bad file descriptor`;
          open.set(from, same);
          if (number[2] === '-') open.delete(Number(number[1]));
        } else if (operator === '<&') return `${target}: ambiguous redirect`;
        else {
          const both = fileOutput(fs, fs.resolve(cwd, target), false);
          open.set(1, both);
          open.set(2, both);
        }
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return `${target}: ${error.message}`;
    throw error;
  }
}

/** The command of a target that is a process substitution alone: `< <(command)`. */
function piped(word: Word | undefined) {
  const [only, ...more] = word?.parts ?? [];
  return only?.type === 'ProcessSubstitution' && more.length === 0 ? only : undefined;
}

function fileInput(shell: Shell, target: string): Input {
  const { fs, cwd } = shell.context;
  if (target === '/dev/null') return EMPTY_INPUT;
  if (/^\/dev\/(zero|u?random)$/.test(target)) return endlessInput(() => fs.read(target));
  const path = fs.resolve(cwd, target);
  if (fs.stat(path).type === 'directory') throw new FileError('EISDIR', target);
  return textInput(fs.read(path));
}

/** The descriptor as an input; one that is closed, or only written to, has nothing in it. */
export function input(of: Input | Output | undefined): Input {
  return of !== undefined && 'read' in of ? of : EMPTY_INPUT;
}

/** The descriptor as an output; one that is closed, or only read from, forgets. */
export function output(of: Input | Output | undefined): Output {
  return of !== undefined && 'write' in of ? of : CLOSED;
}

const CLOSED: Output = { tty: false, *write() {}, close() {} };

function* redirectTarget(shell: Shell, word: Word | undefined): Routine<string> {
  if (word === undefined) return '';
  const fields = yield* expandFields(shell, word);
  if (fields.length !== 1) throw new ExpansionError(`${word.text}: ambiguous redirect`);
  return fields[0] ?? '';
}
