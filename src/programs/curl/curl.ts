import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { readAll } from '../inputs.ts';
import { HELP_TEXT, VERSION_TEXT } from './help.ts';
import { Meter } from './meter.ts';
import { type CurlOptions, CurlUsage, parseCurl } from './options.ts';
import { type Payload, payloadOf, wrapWarning } from './request.ts';
import { announcePins, headText, type Job, type Transfer, transfer } from './transfer.ts';
import { type Globbed, glob, parseUrl, type Target } from './url.ts';
import { writeOut } from './write-out.ts';

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n";

const UNTRUSTED = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
`;

export const curl: Program = {
  name: 'curl',
  summary: 'transfer a URL',
  *run(context) {
    try {
      return yield* main(context);
    } catch (error) {
      if (!(error instanceof CurlUsage)) throw error;
      yield* context.stderr.write(`${error.message}\n${error.hint ? HINT : ''}`);
      return error.status;
    }
  },
};

function* main(context: Context): Routine<number> {
  const args = context.argv.slice(1);
  if (args.length === 0) {
    yield* context.stderr.write(HINT);
    return 2;
  }
  const options = parseCurl(args);
  if (options.has('help')) {
    yield* context.stdout.write(HELP_TEXT);
    return 0;
  }
  if (options.has('version')) {
    yield* context.stdout.write(VERSION_TEXT);
    return 0;
  }
  if (options.urls.length === 0) throw new CurlUsage('curl: no URL specified!');
  const payload = yield* payloadOf(context, options);
  const open = new Map<string, number>();
  let status = 0;
  let index = 0;
  for (const [at, pattern] of options.urls.entries()) {
    const output = options.outputs[at] ?? (options.has('remote-name-all') ? 'remote' : undefined);
    const globbed = options.has('globoff') ? [{ url: pattern, parts: [] }] : glob(pattern);
    for (const each of globbed) {
      status = yield* one(context, options, payload, each, output, open, index++);
      if (status !== 0 && options.has('fail-early')) return status;
    }
  }
  return status;
}

/** One URL: transfer, output, error, -w, in curl's order. */
function* one(
  context: Context,
  options: CurlOptions,
  payload: Payload | undefined,
  globbed: Globbed,
  output: CurlOptions['outputs'][number] | undefined,
  open: Map<string, number>,
  index: number,
): Routine<number> {
  const loud = !options.has('silent') || options.has('show-error');
  let target: Target;
  try {
    target = parseUrl(globbed.url, options.has('path-as-is'));
  } catch (error) {
    if (!(error instanceof CurlUsage)) throw error;
    if (loud) yield* context.stderr.write(`${error.message}\n`);
    return error.status;
  }
  const file = fileName(options, output, target, globbed.parts);
  if (file === '') {
    if (loud)
      yield* context.stderr.write(
        'curl: Remote file name has no length!\ncurl: (23) Failed writing received data to disk/application\n',
      );
    return 23;
  }
  if (target.scheme === 'file') return yield* localFile(context, target, file, loud);
  const toTerminal = (file === undefined || file === '-') && context.stdout.tty;
  const quiet = options.has('silent') || options.has('no-progress-meter') || toTerminal;
  const style = quiet ? 'none' : options.has('progress-bar') ? 'bar' : 'meter';
  let result: Transfer;
  let tries = Number(options.value('retry') ?? 0);
  const total = tries;
  for (let wait = 1; ; wait = Math.min(wait * 2, 600)) {
    const meter = new Meter(context, style);
    const job: Job = { context, options, payload, meter, visible: toTerminal, open };
    if (index === 0 && tries === total) yield* announcePins(job);
    result = yield* transfer(job, target);
    const why = transient(options, result);
    if (why === undefined || tries <= 0) break;
    const pause = options.value('retry-delay') === undefined ? wait : Number(options.value('retry-delay'));
    if (!options.has('silent'))
      yield* context.stderr.write(
        wrapWarning(
          `Problem: ${why}. Will retry in ${pause} seconds. ${tries} ${tries === 1 ? 'retry' : 'retries'} left.`,
        ),
      );
    tries--;
    yield* sleep(pause * 1000);
  }
  const failed = yield* deliver(context, options, result, file);
  if (failed !== undefined && result.code === 0) {
    result.code = failed.code;
    result.message = failed.message;
  }
  const { reply } = result;
  if (result.code === 0 && options.has('fail-with-body') && reply !== undefined && reply.status >= 400) {
    result.code = 22;
    result.message = `The requested URL returned error: ${reply.status}`;
  }
  if (result.code !== 0 && loud) {
    yield* context.stderr.write(`curl: (${result.code}) ${result.message ?? ''}\n`);
    if (result.code === 60) yield* context.stderr.write(UNTRUSTED);
  }
  let format = options.value('write-out');
  if (format?.startsWith('@') === true)
    format = format === '@-' ? yield* readAll(context.stdin) : readOr(context, format.slice(1));
  if (format !== undefined) {
    const { stdout, stderr } = writeOut(format, result, { file, index });
    if (stderr !== '') yield* context.stderr.write(stderr);
    if (stdout !== '') yield* context.stdout.write(stdout);
  }
  return result.code;
}

/** Why a transfer may be tried again, in the words of curl's warning; undefined when it may not. */
function transient(options: CurlOptions, result: Transfer): string | undefined {
  if (result.code === 28 || result.code === 6) return result.code === 28 ? 'timeout' : undefined;
  if (result.code === 7 && (options.has('retry-connrefused') || options.has('retry-all-errors')))
    return 'connection refused';
  if (result.code !== 0 && options.has('retry-all-errors')) return '(retrying all errors)';
  const status = result.reply?.status ?? 0;
  return [408, 429, 500, 502, 503, 504].includes(status) ? 'HTTP error' : undefined;
}

/** Where the answer goes: a file, `-`, nothing for standard output; empty when -O finds no name in the URL. */
function fileName(
  options: CurlOptions,
  output: CurlOptions['outputs'][number] | undefined,
  target: Target,
  parts: readonly string[],
): string | undefined {
  if (output === undefined) return undefined;
  const folder = options.value('output-dir');
  const within = (name: string) => (folder === undefined || name === '' || name === '-' ? name : `${folder}/${name}`);
  if (output !== 'remote')
    return within(output.file.replace(/#(\d)/g, (whole, digit: string) => parts[Number(digit) - 1] ?? whole));
  const [path = ''] = target.path.split('?');
  return within(path.slice(path.lastIndexOf('/') + 1));
}

/** Writes what was received. */
function* deliver(
  context: Context,
  options: CurlOptions,
  result: Transfer,
  file: string | undefined,
): Routine<{ code: number; message: string } | undefined> {
  const { reply } = result;
  if (reply === undefined) return undefined;
  const heads = [...result.earlier, reply].map(headText).join('');
  const hidden = result.code === 22;
  const dump = options.value('dump-header');
  if (dump === '-') yield* context.stdout.write(heads);
  else if (dump !== undefined) writeFile(context, dump, heads);
  const shownHead = options.has('include') || options.has('head') ? heads : '';
  const body = options.has('head') || hidden ? '' : reply.body;
  const text = shownHead + body;
  if (file === undefined || file === '-') {
    if (text !== '') yield* context.stdout.write(text);
    return undefined;
  }
  if (text === '' && result.code !== 0) return undefined;
  if (options.has('create-dirs') && file.includes('/'))
    context.fs.makeDirectory(context.fs.resolve(context.cwd, file.slice(0, file.lastIndexOf('/'))), { parents: true });
  const problem = writeFile(context, file, text);
  if (problem === undefined) return undefined;
  if (!options.has('silent') && problem !== 'Is a directory')
    yield* context.stderr.write(wrapWarning(`Failed to open the file ${file}: ${problem}`));
  return { code: 23, message: 'Failure writing output to destination' };
}

/** What went wrong, in the system's words. */
function writeFile(context: Context, name: string, text: string): string | undefined {
  try {
    context.fs.write(context.fs.resolve(context.cwd, name), text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.message;
  }
}

function readOr(context: Context, name: string): string {
  try {
    return context.fs.read(context.fs.resolve(context.cwd, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CurlUsage(`curl: Failed to open ${name}!`, 26);
  }
}

/** `file:///etc/hostname` */
function* localFile(context: Context, target: Target, file: string | undefined, loud: boolean): Routine<number> {
  try {
    const text = context.fs.read(target.path);
    if (file === undefined || file === '-') yield* context.stdout.write(text);
    else writeFile(context, file, text);
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (loud) yield* context.stderr.write(`curl: (37) Couldn't open file ${target.path}\n`);
    return 37;
  }
}
