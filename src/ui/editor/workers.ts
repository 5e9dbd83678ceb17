/** The worker that Monaco itself asks for. */
export function editorWorker(): Worker {
  return new Worker(new URL('./editor.worker.ts', import.meta.url), { type: 'module' });
}

/**
 * The worker of the YAML language, ready for Monaco. It reads its settings from the second message it gets; the first only wakes
 * it up.
 */
export function yamlWorker(settings: unknown): Worker {
  const worker = new Worker(new URL('./yaml.worker.ts', import.meta.url), { type: 'module' });
  worker.postMessage('ignore');
  worker.postMessage(settings);
  return worker;
}
