import type { KubeObject } from '../../../cluster/api/types.ts';
import { sha256 } from '../../../cluster/network/sha256.ts';

/** Letters that cannot make words, for those that could. */
const SAFE: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/**
 * --append-hash: the object with the hash of its contents at the end of its name, so that another content is another object
 * (k8s.io/kubectl/pkg/util/hash).
 */
export function withNameHash(object: KubeObject): KubeObject {
  const name = object.metadata?.name ?? '';
  const content: Record<string, unknown> = { kind: object.kind, name, data: sorted(object['data']) };
  if (object['binaryData'] !== undefined) content['binaryData'] = sorted(object['binaryData']);
  if (object.kind === 'Secret') content['type'] = object['type'] ?? '';
  const text = JSON.stringify(sorted(content)).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const hex = [...sha256(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const hash = hex.slice(0, 10).replace(/[013ae]/g, (char) => SAFE[char] ?? char);
  return { ...object, metadata: { ...object.metadata, name: `${name}-${hash}` } };
}

function sorted(map: unknown): unknown {
  if (typeof map !== 'object' || map === null) return null;
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
