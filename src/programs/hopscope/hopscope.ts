import type { Fix } from '../../cluster/network/fixes/fix.ts';
import type { Trace } from '../../cluster/network/trace.ts';
import type { Context, Program } from '../../machines/process.ts';
import { callbackOutput } from '../../machines/streams.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import { type Explained, type Request, WHY, type WhyService } from './attempt.ts';
import { askedLine, diagnosisOf, requestFor } from './diagnosis.ts';
import { journeyLines } from './journey.ts';
import { realise } from './realise.ts';
import { type AskedRequest, requestsOf } from './requests.ts';
import { manifests, sourceOf } from './sources.ts';
import { causeText, fixText, whyWords } from './words.ts';

const HELP = `hopscope follows requests through the cluster and says why they fail.

Usage:
  hopscope why              explain the last request that failed
  hopscope why --reveal     explain it in an exercise, too: counts as a hint
  hopscope trace COMMAND    run a command and tell the journey of its packets
  hopscope try [NUMBER]     try a fix on a copy of the cluster; 1 unless said
  hopscope fix [NUMBER]     do a fix for real; 1 unless said
  hopscope codes            list every code of steps, causes and fixes
  hopscope help             show this

Examples:
  hopscope trace curl http://my-nginx
  hopscope trace kubectl exec deploy/my-nginx -- curl -sS http://my-nginx

Causes and fixes come in the language that LANG says: en, zh_CN or ko_KR.
`;

/** Why requests fail, in the terminal: not a program of any other system. */
export const hopscope: Program = {
  name: 'hopscope',
  summary: 'follow requests and explain why they fail',
  *run(context) {
    const [command = 'help', ...rest] = context.argv.slice(1);
    switch (command) {
      case 'help':
      case '--help':
      case '-h':
        yield* context.stdout.write(HELP);
        return 0;
      case 'why':
        return yield* why(context, rest);
      case 'trace':
        return yield* traceCommand(context, rest);
      case 'try':
      case 'fix':
        return yield* mend(context, command, rest[0] ?? '1');
      case 'codes':
        return yield* codes(context);
      default:
        yield* context.stderr.write(`hopscope: unknown command "${command}"\nSee 'hopscope help'.\n`);
        return 1;
    }
  },
};

function words(context: Context) {
  return whyWords(context.env.get('LC_ALL') ?? context.env.get('LC_MESSAGES') ?? context.env.get('LANG') ?? 'en');
}

/** What there is to explain: a chain, its fixes, and the request to make again. */
interface Story extends Explained {
  readonly line: string;
  readonly ok: boolean;
}

/** The last request that failed; when none did, the last of which there is something to say. */
function* last(context: Context): Routine<Story | undefined> {
  const { network } = context.machine.world;
  const service = serviceOf(context);
  const unsent = service === undefined ? undefined : yield* outside(() => service.lastCommand());
  if (unsent !== undefined) return { ...unsent, line: unsent.request.line, ok: false };
  const requests = requestsOf(network.recent()).reverse();
  const failed = requests.find((each) => !each.ok && each.decisive.program !== 'ssh');
  for (const asked of failed === undefined ? requests.slice(0, 1) : [failed]) {
    const story = storyOf(context, asked);
    if (story !== undefined && (story.chain.length > 0 || !asked.ok)) return story;
  }
  return undefined;
}

function storyOf(context: Context, { decisive, ok }: AskedRequest): Story | undefined {
  const diagnosis = diagnosisOf(context.machine.world.network, decisive);
  if (diagnosis === undefined) return undefined;
  const { chain, fixes } = diagnosis;
  return { chain, fixes, ok, line: askedLine(decisive), request: requestFor(decisive) };
}

/** Whether the learner is to find the cause; says so. */
function* kept(context: Context): Routine<boolean> {
  if (serviceOf(context)?.withheld() !== true) return false;
  yield* context.stdout.write(`${words(context).withheld}\n$ hopscope why --reveal\n`);
  return true;
}

function* why(context: Context, options: readonly string[]): Routine<number> {
  if (options.includes('--reveal')) serviceOf(context)?.reveal();
  else if (yield* kept(context)) return 1;
  const found = yield* last(context);
  if (found === undefined) yield* context.stdout.write(`${words(context).nothing}\n`);
  else yield* tell(context, found);
  return 0;
}

/** Prints a chain of causes and the fixes. */
function* tell(context: Context, { chain, fixes, line, ok }: Story): Routine {
  const say = words(context);
  const out: string[] = [ok ? say.succeeded(line) : say.failed(line), ''];
  const files = filesOf(context);
  for (const [index, link] of chain.entries()) {
    out.push(`${String(index + 1).padStart(3)}. ${causeText(say, link.code, link.facts)}`);
    const { object } = link;
    if (object !== undefined) {
      const source = sourceOf(files, object);
      const where = source === undefined ? '' : `   ${relative(source.path, context)}:${source.line}`;
      out.push(
        `     ${object.kind} ${object.name}${object.fieldPath === undefined ? '' : `, ${object.fieldPath}`}${where}`,
      );
    }
    if (link.evidence !== undefined) out.push(`     $ ${link.evidence}`);
  }
  if (chain.length === 0) out.push(`     ${say.noCause}`);
  if (fixes.length > 0) out.push('', say.whatIf);
  for (const [index, fix] of fixes.entries()) {
    const { edits, commands } = realise(fix, files);
    out.push(`${String(index + 1).padStart(3)}. ${fixText(say, fix.code, fix.facts)}`);
    for (const { path, line, before, after } of edits)
      out.push(`     ${relative(path, context)}:${line}`, `     - ${before}`, `     + ${after}`);
    for (const command of [...commands, ...(fix.ask === undefined ? [] : [fix.ask.line])])
      out.push(`     $ ${command}`);
  }
  if (fixes.length > 0) out.push('', 'hopscope try 1 | hopscope fix 1');
  yield* context.stdout.write(`${out.join('\n')}\n`);
}

function filesOf(context: Context): ReadonlyMap<string, string> {
  return context.machine.kind === 'laptop' ? manifests(context.fs, context.machine.home) : new Map();
}

function relative(path: string, context: Context): string {
  return path.startsWith(`${context.cwd}/`) ? path.slice(context.cwd.length + 1) : path;
}

function* traceCommand(context: Context, argv: readonly string[]): Routine<number> {
  if (argv.length === 0) {
    yield* context.stderr.write('hopscope trace: what command?\nFor example: hopscope trace curl http://my-nginx\n');
    return 1;
  }
  const { network } = context.machine.world;
  const traces: Trace[] = [];
  const unwatch = network.onTrace((trace) => traces.push(trace));
  let status: number;
  try {
    status = yield* context.run(argv, { stdout: callbackOutput(() => {}, false) });
  } finally {
    unwatch();
  }
  const requests = requestsOf(traces);
  if (requests.length === 0) {
    yield* context.stdout.write(`${argv.join(' ')} sent no packet.\n`);
    return status;
  }
  for (const asked of requests) {
    for (const trace of asked.traces) {
      yield* context.stdout.write(`${trace.program} ${trace.target}: ${trace.outcome}, ${timeText(trace.duration)}\n`);
      yield* context.stdout.write(`${journeyLines(trace).join('\n')}\n\n`);
    }
    if (!asked.ok && (yield* kept(context))) continue;
    const story = storyOf(context, asked);
    if (story !== undefined && (!asked.ok || story.chain.length > 0)) yield* tell(context, story);
  }
  return status;
}

function timeText(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`;
}

/** Tries a fix of the last failure, or does it. */
function* mend(context: Context, what: 'try' | 'fix', number: string): Routine<number> {
  if (yield* kept(context)) return 1;
  const found = yield* last(context);
  const fix = found?.fixes[Number(number) - 1];
  if (found === undefined || fix === undefined) {
    yield* context.stderr.write(`hopscope ${what}: there is no fix ${number}. See 'hopscope why'.\n`);
    return 1;
  }
  const service = serviceOf(context);
  if (service === undefined) {
    yield* context.stderr.write(`hopscope ${what}: this cluster is not a simulated one\n`);
    return 1;
  }
  return what === 'try' ? yield* attempt(context, service, found.request, fix) : yield* apply(context, service, fix);
}

function serviceOf(context: Context): WhyService | undefined {
  try {
    return context.machine.world.service(WHY);
  } catch {
    return undefined;
  }
}

function* attempt(context: Context, service: WhyService, request: Request, fix: Fix): Routine<number> {
  const say = words(context);
  yield* context.stdout.write(`${fixText(say, fix.code, fix.facts)}\n${say.trying}\n`);
  const result = yield* outside(() => service.whatIf(request, fix));
  if (result.output !== '') yield* context.stdout.write(result.output);
  yield* context.stdout.write(`$ ${result.request.line}\n`);
  if (result.ok) {
    yield* context.stdout.write(`${say.arrives(result.seconds)}\n`);
    return 0;
  }
  yield* context.stdout.write(`${say.failsNext}\n`);
  const link = result.next?.chain.at(-1);
  if (link !== undefined) yield* context.stdout.write(`  ${causeText(say, link.code, link.facts)}\n`);
  return 1;
}

function* apply(context: Context, service: WhyService, fix: Fix): Routine<number> {
  if (fix.power !== undefined) service.powerOn(fix.power);
  const { edits, commands } = realise(fix, filesOf(context));
  for (const { path, text, line, before, after } of edits) {
    context.fs.write(path, text);
    yield* context.stdout.write(`${relative(path, context)}:${line}\n- ${before}\n+ ${after}\n`);
  }
  for (const line of [...commands, ...(fix.ask === undefined ? [] : [fix.ask.line])]) {
    yield* context.stdout.write(`$ ${line}\n`);
    const status = yield* context.run(['sh', '-c', line]);
    if (status !== 0) return status;
  }
  return 0;
}

function* codes(context: Context): Routine<number> {
  const { STEP_CODES, CAUSE_CODES, FIX_CODES } = yield* outside(() => import('../../cluster/network/codes.ts'));
  for (const [title, table] of [
    ['Steps', STEP_CODES],
    ['Causes', CAUSE_CODES],
    ['Fixes', FIX_CODES],
  ] as const) {
    yield* context.stdout.write(`${title}\n`);
    for (const [code, { summary }] of Object.entries(table))
      yield* context.stdout.write(`  ${code.padEnd(28)} ${summary}\n`);
  }
  return 0;
}
