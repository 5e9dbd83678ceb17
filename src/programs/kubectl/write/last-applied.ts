import type { KubeObject } from '../../../cluster/api/types.ts';
import { compactJson } from '../print/json.ts';
import { emitTypedJson } from '../print/typed-json.ts';

/** Where `kubectl apply` keeps what it was given last time. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A copy that carries its own text in the annotation, as apply sends it (util.GetModifiedConfiguration). */
export function withLastApplied(object: KubeObject): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata?.annotations ?? {};
  const bare: KubeObject = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...bare,
    metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${compactJson(bare)}\n` } },
  };
}

/** The same for set-last-applied, whose text has no annotations where the object has none. */
export function withLastAppliedAlone(object: KubeObject): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata?.annotations ?? {};
  const { annotations: __, ...metadata } = object.metadata ?? {};
  const bare: KubeObject = {
    ...object,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
  };
  const text = `${compactJson(bare)}\n`;
  return { ...bare, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

/** What was applied last, or undefined when nothing was. */
export function lastApplied(object: KubeObject | undefined): string | undefined {
  return object?.metadata?.annotations?.[LAST_APPLIED];
}

/** The same for an object of kubectl's own making, which is written in the order of its type's fields. */
export function withLastAppliedTyped(object: KubeObject): KubeObject {
  const text = JSON.stringify(JSON.parse(emitTypedJson(object))).replace(/[<>&]/g, escaped);
  const annotations = { ...object.metadata?.annotations, [LAST_APPLIED]: `${text}\n` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** --save-config, and whatever replaces an object that has the annotation: it is kept up to date. */
export function savedConfig(object: KubeObject, always: boolean): KubeObject {
  return always || lastApplied(object) !== undefined ? withLastApplied(object) : object;
}

/** As Go's encoder writes what HTML would take for its own. */
function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
