import type { Column, KindDefinition } from '../api/kind.ts';
import { same } from '../api/server.ts';
import type { ConfigMap, KubeObject, Namespace, Secret, ServiceAccount } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, Problems } from './fields.ts';

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  description: 'Name must be unique within a namespace.',
};
const AGE: Column = {
  name: 'Age',
  type: 'string',
  priority: 0,
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
};

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const MAX_SIZE = 1024 * 1024;

/** validation.IsConfigMapKey */
function checkKeys(data: Readonly<Record<string, unknown>> | undefined, field: string, found: Problems): void {
  for (const key of Object.keys(data ?? {})) {
    if (key.length > 253) found.invalid(`${field}[${key}]`, key, 'must be no more than 253 characters');
    if (!KEY.test(key)) found.invalid(`${field}[${key}]`, key, KEY_RULE);
    if (key === '.' || key === '..') found.invalid(`${field}[${key}]`, key, `must not be '${key}'`);
  }
}

function size(data: Readonly<Record<string, string>> | undefined): number {
  return Object.values(data ?? {}).reduce((sum, value) => sum + value.length, 0);
}

type ConfigMapObject = ConfigMap & KubeObject;

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
    checkKeys(object.data, 'data', found);
    checkKeys(object.binaryData, 'binaryData', found);
    for (const key of Object.keys(object.binaryData ?? {})) {
      if (object.data?.[key] !== undefined)
        found.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    }
    if (size(object.data) + size(object.binaryData) > MAX_SIZE)
      found.list.push({ type: 'Too long', field: '', detail: `may not be more than ${MAX_SIZE} bytes` });
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (old.immutable === true) {
      if (object.immutable !== true) found.forbidden('immutable', 'field is immutable when `immutable` is set');
      if (!same(object.data, old.data)) found.forbidden('data', 'field is immutable when `immutable` is set');
      if (!same(object.binaryData, old.binaryData))
        found.forbidden('binaryData', 'field is immutable when `immutable` is set');
    }
    return found.list;
  },
  columns: [
    NAME,
    { name: 'Data', type: 'string', priority: 0, description: 'Data contains the configuration data.' },
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
    age(object.metadata?.creationTimestamp, now),
  ],
};

type SecretObject = Secret & KubeObject;

/** Keys that a type of Secret must have (validation.ValidateSecret). */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

export const secret: KindDefinition<SecretObject> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  selectableFields: { type: (object) => object.type ?? '' },
  setDefaults(object) {
    fill(object, 'type', 'Opaque');
    if (object.stringData !== undefined && object.stringData !== null) {
      const data = { ...object.data };
      for (const [key, value] of Object.entries(object.stringData)) data[key] = encode(value);
      object.data = data;
      delete object.stringData;
    }
  },
  validate(object) {
    const found = new Problems();
    checkKeys(object.data, 'data', found);
    if (size(object.data) > (MAX_SIZE * 4) / 3)
      found.list.push({ type: 'Too long', field: 'data', detail: `may not be more than ${MAX_SIZE} bytes` });
    for (const key of REQUIRED_KEYS[object.type ?? ''] ?? [])
      if (object.data?.[key] === undefined) found.required(`data[${key}]`);
    if (
      object.type === 'kubernetes.io/basic-auth' &&
      object.data?.['username'] === undefined &&
      object.data?.['password'] === undefined
    ) {
      found.required('data[username]');
      found.required('data[password]');
    }
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (object.type !== old.type) found.invalid('type', object.type, 'field is immutable');
    if (old.immutable === true && !same(object.data, old.data))
      found.forbidden('data', 'field is immutable when `immutable` is set');
    return found.list;
  },
  columns: [
    NAME,
    {
      name: 'Type',
      type: 'string',
      priority: 0,
      description: 'Used to facilitate programmatic handling of secret data.',
    },
    { name: 'Data', type: 'string', priority: 0, description: 'Data contains the secret data.' },
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.type ?? '',
    Object.keys(object.data ?? {}).length,
    age(object.metadata?.creationTimestamp, now),
  ],
};

function encode(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

type NamespaceObject = Namespace & KubeObject;

export const namespace: KindDefinition<NamespaceObject> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['finalize', 'status'],
  selectableFields: {
    'status.phase': (object) => object.status?.phase ?? '',
    name: (object) => object.metadata?.name ?? '',
  },
  setDefaults(object) {
    const name = object.metadata?.name ?? '';
    object.metadata = {
      ...object.metadata,
      labels: { ...object.metadata?.labels, 'kubernetes.io/metadata.name': name },
    };
  },
  prepareForCreate(object) {
    Object.assign(object, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  },
  validate: () => [],
  columns: [NAME, { name: 'Status', type: 'string', priority: 0, description: 'The status of the namespace' }, AGE],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.status?.phase ?? '',
    age(object.metadata?.creationTimestamp, now),
  ],
};

type ServiceAccountObject = ServiceAccount & KubeObject;

export const serviceAccount: KindDefinition<ServiceAccountObject> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  subresources: ['token'],
  validate: () => [],
  columns: [
    NAME,
    {
      name: 'Secrets',
      type: 'string',
      priority: 0,
      description:
        'Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use.',
    },
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.secrets?.length ?? 0,
    age(object.metadata?.creationTimestamp, now),
  ],
};
