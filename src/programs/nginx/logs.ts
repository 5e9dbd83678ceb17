import type { Context } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import type { Answered } from './answer.ts';
import type { Directive } from './directive.ts';
import { all, type Scope, type VirtualServer } from './site.ts';
import { type Exchange, fill, header } from './variables.ts';

/** Where lines go: a standard stream, or a file. */
type Target = 'stdout' | 'stderr' | { readonly file: string };

/** The image makes its log files links to the standard streams; other paths are files. */
function targetOf(path: string, links: 'stdout' | 'stderr'): Target {
  if (path === 'stderr' || path === '/dev/stderr') return 'stderr';
  if (path === '/dev/stdout') return 'stdout';
  return path.startsWith('/var/log/nginx/') ? links : { file: path };
}

/** nginx's logs: lines are kept until its process writes them. */
export class Logs {
  private readonly lines: { readonly target: Target; readonly text: string }[] = [];
  private readonly main: readonly Directive[];
  private readonly context: Context;
  /** Called when there is something to write. */
  wake: () => void = () => {};

  constructor(context: Context, main: readonly Directive[]) {
    this.context = context;
    this.main = main;
  }

  get empty(): boolean {
    return this.lines.length === 0;
  }

  /** The line of a request, where and how its location wants it. */
  access({ exchange, scope }: Answered, server: VirtualServer): void {
    const targets = all(scope, 'access_log');
    if (targets.length === 0) {
      this.put('stdout', `${fill(server.formats.get('combined') ?? '', exchange, '-')}\n`);
      return;
    }
    for (const { args } of targets) {
      const [path = 'off', format = 'combined'] = args;
      if (path === 'off') continue;
      this.put(
        targetOf(path, 'stdout'),
        `${fill(server.formats.get(format) ?? server.formats.get('combined') ?? '', exchange, '-')}\n`,
      );
    }
  }

  /** Something about a request that went wrong. */
  error(scope: Scope, exchange: Exchange, level: string, text: string, more?: string): void {
    const [path = '/var/log/nginx/error.log', least = 'error'] =
      (all(scope, 'error_log')[0] ?? this.outer())?.args ?? [];
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return;
    const { request, peer, serverName } = exchange;
    const host = header(request, 'host');
    this.put(
      targetOf(path, 'stderr'),
      `${stamp(this.context.machine.world.sim.calendar())} [${level}] 29#29: *1 ${text}, client: ${peer.address}, server: ${serverName}, request: "${request.method} ${request.path} HTTP/${request.version}"${more === undefined ? '' : `, ${more}`}${host === '' ? '' : `, host: "${host}"`}\n`,
    );
  }

  /** A line about nginx itself; only where the configuration wants so much. */
  notice(...texts: readonly string[]): void {
    const [path = '/var/log/nginx/error.log', least = 'error'] = this.outer()?.args ?? [];
    if (ORDER.indexOf('notice') < ORDER.indexOf(least)) return;
    const now = stamp(this.context.machine.world.sim.calendar());
    this.put(targetOf(path, 'stderr'), texts.map((text) => `${now} [notice] 1#1: ${text}\n`).join(''));
  }

  *write(): Routine {
    for (const { target, text } of this.lines.splice(0)) {
      if (typeof target === 'string') yield* this.context[target].write(text);
      else this.context.fs.write(target.file, text, { append: true });
    }
  }

  private outer(): Directive | undefined {
    return this.main.find((each) => each.name === 'error_log');
  }

  private put(target: Target, text: string): void {
    this.lines.push({ target, text });
    this.wake();
  }
}

const ORDER = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'];

/** `2026/11/20 09:00:00` */
export function stamp(now: number): string {
  const text = new Date(now).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '/')} ${text.slice(11, 19)}`;
}
