import * as Comlink from 'comlink';
import type { KubeObject } from '../cluster/api/types.ts';
import { loadLesson } from '../lessons/catalogue.ts';
import { emitYaml } from '../programs/kubectl/yaml/emit.ts';
import { BrowserPlayground } from './browser.ts';

/** The playground in a Web Worker: the page talks to it by comlink, and never waits for the cluster. */
const playground = new BrowserPlayground({
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

// A message to oneself comes back after what is waiting, without the four milliseconds of a nested timer.
const channel = new MessageChannel();
const queue: (() => void)[] = [];
channel.port1.onmessage = () => queue.shift()?.();

function soon(run: () => void): void {
  queue.push(run);
  channel.port2.postMessage(null);
}

Comlink.expose(playground);
