import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { ConfigMap, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { base64Length, byteLength, checkKeys, MAX_DATA } from './keys.ts';
import { AGE, column, NAME } from './table.ts';

type ConfigMapObject = ConfigMap & KubeObject;

const FROZEN = 'field is immutable when `immutable` is set';

export const configMap: KindDefinition<ConfigMapObject> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  validate(object) {
    const found = new Problems();
    const { data = {}, binaryData = {} } = object;
    checkKeys('data', data, found);
    for (const key of Object.keys(data))
      if (binaryData[key] !== undefined) found.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    checkKeys('binaryData', binaryData, found);
    let size = 0;
    for (const value of Object.values(data)) size += byteLength(value);
    for (const value of Object.values(binaryData)) size += base64Length(value);
    // The error is about the whole object, which field.NewPath("") names `[]`.
    if (size > MAX_DATA) found.tooLong('[]', MAX_DATA);
    return found.list;
  },
  updateFirst: true,
  validateUpdate(object, old) {
    const found = new Problems();
    if (old.immutable !== true) return found.list;
    if (object.immutable !== true) found.forbidden('immutable', FROZEN);
    if (!same(object.data ?? {}, old.data ?? {})) found.forbidden('data', FROZEN);
    if (!same(object.binaryData ?? {}, old.binaryData ?? {})) found.forbidden('binaryData', FROZEN);
    return found.list;
  },
  columns: [NAME, column('Data', 'Data contains the configuration data.'), AGE],
  row: (object, now) => [
    object.metadata?.name ?? '',
    Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
    age(object.metadata?.creationTimestamp, now),
  ],
};
