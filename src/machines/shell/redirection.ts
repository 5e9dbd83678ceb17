import type { Redirection, Word } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { FileError } from '../filesystem.ts';
import type { Output } from '../process.ts';
import { EMPTY_INPUT, endlessInput, fileOutput, textInput } from '../streams.ts';
import { expandFields, expandParts, expandText } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';

/** Runs `body` with redirections in place. */
export function* redirected(
  shell: Shell,
  redirects: readonly Redirection[],
  streams: Streams,
  body: (streams: Streams) => Routine<number>,
): Routine<number> {
  if (redirects.length === 0) return yield* body(streams);
  const { fs, cwd } = shell.context;
  let { stdin, stdout, stderr } = streams;
  const set = (descriptor: number, output: Output) => {
    if (descriptor === 2) stderr = output;
    else stdout = output;
  };
  for (const redirect of redirects) {
    const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    if (redirect.type === 'HereDoc') {
      const { body: text, delimiter } = redirect;
      const raw =
        delimiter?.quoted === true || text.parts === undefined ? text.text : yield* expandParts(shell, text.parts);
      stdin = textInput(redirect.operator === '<<-' ? raw.replace(/^\t+/gm, '') : raw);
      continue;
    }
    if (redirect.type === 'HereString') {
      stdin = textInput(`${redirect.target === undefined ? '' : yield* expandText(shell, redirect.target)}\n`);
      continue;
    }
    const target: string = yield* redirectTarget(shell, redirect.target);
    try {
      switch (redirect.operator) {
        case '<': {
          if (target === '/dev/null') stdin = EMPTY_INPUT;
          else if (/^\/dev\/(zero|u?random)$/.test(target)) stdin = endlessInput(() => fs.read(target));
          else {
            const path = fs.resolve(cwd, target);
            if (fs.stat(path).type === 'directory') throw new FileError('EISDIR', target);
            stdin = textInput(fs.read(path));
          }
          break;
        }
        case '>':
        case '>|':
        case '>>':
          set(descriptor ?? 1, fileOutput(fs, fs.resolve(cwd, target), redirect.operator === '>>'));
          break;
        case '&>':
        case '&>>':
          stdout = fileOutput(fs, fs.resolve(cwd, target), redirect.operator === '&>>');
          stderr = stdout;
          break;
        case '>&':
          if (target === '1') set(descriptor ?? 1, stdout);
          else if (target === '2') set(descriptor ?? 1, stderr);
          else if (target !== '-') {
            stdout = fileOutput(fs, fs.resolve(cwd, target), false);
            stderr = stdout;
          }
          break;
        default:
          break;
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield* streams.stderr.write(`${shell.prefix()}${target}: ${error.message}\n`);
      return 1;
    }
  }
  return yield* body({ stdin, stdout, stderr });
}

function* redirectTarget(shell: Shell, word: Word | undefined): Routine<string> {
  if (word === undefined) return '';
  const fields = yield* expandFields(shell, word);
  if (fields.length !== 1) throw new ExpansionError(`${word.text}: ambiguous redirect`);
  return fields[0] ?? '';
}
