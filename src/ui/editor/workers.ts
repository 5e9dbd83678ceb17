import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import YamlWorker from 'monaco-yaml/yaml.worker.js?worker';

/** The worker that Monaco itself asks for. */
export function editorWorker(): Worker {
  return new EditorWorker();
}

/**
 * The worker of the YAML language, ready for Monaco. It reads its settings from the second message it gets; the first only wakes
 * it up.
 */
export function yamlWorker(settings: unknown): Worker {
  const worker = new YamlWorker();
  worker.postMessage('ignore');
  worker.postMessage(settings);
  return worker;
}
