import * as Comlink from 'comlink';
import { LazyPlayground } from './lazy.ts';

/**
 * The playground in a Web Worker: the page talks to it by comlink, and never waits for the cluster. This file holds the prompt;
 * the engine follows.
 */
Comlink.expose(new LazyPlayground(async () => (await import('./engine.ts')).createPlayground()));
