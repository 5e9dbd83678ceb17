import { type Remote, wrap } from 'comlink';
import type { Playground } from '../../playground/protocol.ts';

/** A playground and how to end it. `onFailure` is called when its worker dies. */
export interface Connection {
  readonly playground: Playground | Remote<Playground>;
  readonly end: () => void;
}

let spare: Worker | undefined;

function makeWorker(): Worker {
  return new Worker(new URL('../../playground/worker.ts', import.meta.url), { type: 'module' });
}

/** Asks for the worker before anybody connects, so that its file is on its way while the page is drawn. */
export function warmUp(): void {
  spare ??= makeWorker();
}

/**
 * Starts the engine in a worker of its own. The one place that knows where the playground lives; while developing, `?fake=1` puts
 * a replay of fixtures in its place.
 */
export async function connect(onFailure: (message: string) => void): Promise<Connection> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const { FakePlayground } = await import('../dev/fake.ts');
    return { playground: new FakePlayground(), end: () => {} };
  }
  const worker = spare ?? makeWorker();
  spare = undefined;
  worker.addEventListener('error', (event) => onFailure(event.message || 'the engine could not be loaded'));
  worker.addEventListener('messageerror', () => onFailure('a message from the engine could not be read'));
  return { playground: wrap<Playground>(worker), end: () => worker.terminate() };
}
