import { configureMonacoYaml } from 'monaco-yaml';
import * as monaco from './monaco.ts';
import { editorWorker, yamlWorker } from './workers.ts';

/** The schema that `npm run generate` makes from the API's types. */
const SCHEMAS = import.meta.glob<object>('../../../generated/schema/kubernetes.json', { import: 'default' });

/** The schema of `lesson.yaml`, for the Studio. */
const LESSON_SCHEMA = import.meta.glob<object>('../../../lessons/lesson.schema.json', { import: 'default' });

/** Where the first line of a lesson says that its schema lies, seen from the Studio's models: nothing is fetched from there. */
const LESSON_SCHEMA_PLACE = 'file:///studio/lesson.schema.json';

/** The lessons of the Studio, as models: what else is YAML there are the learner's files. */
const LESSONS = '**/studio/*/lesson.yaml';

interface WorkerOptions {
  readonly createData?: unknown;
  readonly worker?: Worker | Promise<Worker>;
  readonly host?: Record<string, (...args: unknown[]) => unknown>;
  readonly keepIdleModels?: boolean;
}

let ready: Promise<void> | undefined;

/** Completion, hover and errors for YAML, by the schema of Kubernetes. Later calls wait for the first. */
export function prepareYaml(): Promise<void> {
  ready ??= prepare();
  return ready;
}

async function prepare(): Promise<void> {
  self.MonacoEnvironment = { getWorker: editorWorker };
  const schema = await Object.values(SCHEMAS)[0]?.().catch(() => undefined);
  const lesson = await Object.values(LESSON_SCHEMA)[0]?.().catch(() => undefined);
  configureMonacoYaml(forYaml(), {
    enableSchemaRequest: false,
    isKubernetes: true,
    hover: true,
    hoverAnchor: false,
    completion: true,
    validate: true,
    format: { enable: false },
    schemas: [
      ...(schema === undefined
        ? []
        : [{ uri: 'https://hopscope.invalid/kubernetes.json', fileMatch: ['**', `!${LESSONS}`], schema }]),
      ...(lesson === undefined ? [] : [{ uri: LESSON_SCHEMA_PLACE, fileMatch: [LESSONS], schema: lesson }]),
    ],
  });
}

/** Monaco as monaco-yaml expects it: a worker is asked for by the data it is to be made with. */
function forYaml(): Parameters<typeof configureMonacoYaml>[0] {
  const createWebWorker = (options: WorkerOptions) =>
    monaco.editor.createWebWorker({ worker: yamlWorker(options.createData), keepIdleModels: true });
  const patched = { ...monaco, editor: { ...monaco.editor, createWebWorker } };
  return patched as unknown as Parameters<typeof configureMonacoYaml>[0];
}
