import type { ExecSession } from '../../../cluster/kubelet/runtime.ts';
import type { Routine } from '../../../sim/routine.ts';
import { ConnectionError } from '../api.ts';
import { Failure, UnreachableFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';

export interface ConnectOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly subresource: 'exec' | 'attach';
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Opens exec or attach to a container. @throws Failure in the server's words */
export function* connect(invocation: Invocation, options: ConnectOptions): Routine<ExecSession> {
  const { namespace, pod, container, subresource, command = [], stdin, tty } = options;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${subresource}`;
  const query = new URLSearchParams();
  for (const word of command) query.append('command', word);
  query.set('container', container);
  if (stdin) query.set('stdin', 'true');
  query.set('stdout', 'true');
  query.set(tty ? 'tty' : 'stderr', 'true');
  const { terminal } = invocation.context;
  let session: ExecSession | { readonly error: string };
  try {
    session = yield* invocation.client.api('Post', path).connect(path, query, {
      stdin,
      tty,
      ...(tty && terminal !== undefined ? { columns: terminal.columns, rows: terminal.rows } : {}),
    });
  } catch (error) {
    if (error instanceof ConnectionError)
      throw new UnreachableFailure('Post', `${invocation.client.config.server}${path}`, error.message);
    throw error;
  }
  if ('error' in session) throw new Failure(serverWords(session.error, options, invocation));
  return session;
}

/** What the API server makes of a kubelet's refusal. */
function serverWords(error: string, { container, pod }: ConnectOptions, invocation: Invocation): string {
  if (error.startsWith('OCI runtime exec failed')) {
    const id = invocation.context.machine.world.sim.random
      .stream(`exec/${pod}/${container}`)
      .text(64, '0123456789abcdef');
    return `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${id}": ${error}: unknown`;
  }
  if (error.startsWith('container not found')) return `Internal error occurred: unable to upgrade connection: ${error}`;
  return `Internal error occurred: error sending request: ${error}`.replace(/error sending request: (?!Get|Post)/, '');
}
