import type { KubeObject } from '../cluster/api/types.ts';
import { loadLesson } from '../lessons/catalogue.ts';
import { emitYaml } from '../programs/kubectl/yaml/emit.ts';
import { BrowserPlayground } from './browser.ts';
import type { Playground } from './protocol.ts';

// A message to oneself comes back after what is waiting, without the four milliseconds of a nested timer.
const channel = new MessageChannel();
const queue: (() => void)[] = [];
channel.port1.onmessage = () => queue.shift()?.();

function soon(run: () => void): void {
  queue.push(run);
  channel.port2.postMessage(null);
}

/** The whole engine, for the worker: a file of its own that arrives behind the prompt. */
export function createPlayground(): Playground {
  return new BrowserPlayground({
    host: {
      now: () => performance.now(),
      later: (ms, run) => {
        if (ms > 0) setTimeout(run, ms);
        else soon(run);
      },
    },
    // Structure and files are the same in every language.
    loadLesson: (slug) => loadLesson(slug, 'en'),
    toYaml: (object: KubeObject) => emitYaml(object),
  });
}
