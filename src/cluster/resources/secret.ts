import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Secret } from '../api/types.ts';
import { age } from './duration.ts';
import { IMMUTABLE, Problems } from './fields.ts';
import { base64Length, checkKeys, MAX_DATA } from './keys.ts';
import { AGE, column, NAME } from './table.ts';

type SecretObject = Secret & KubeObject;

const FROZEN = 'field is immutable when `immutable` is set';
const ACCOUNT = 'kubernetes.io/service-account.name';

export const secret: KindDefinition<SecretObject> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  selectableFields: { type: (object) => object.type ?? '' },
  setDefaults(object) {
    object.type ||= 'Opaque';
    // stringData is write-only: its text overrides data, and is never shown again.
    const { stringData } = object;
    if (stringData === undefined) return;
    delete object.stringData;
    if (stringData === null || Object.keys(stringData).length === 0) return;
    const data = { ...object.data };
    for (const [key, value] of Object.entries(stringData)) data[key] = encode(value);
    object.data = data;
  },
  validate(object) {
    const found = new Problems();
    const { data = {} } = object;
    checkKeys('data', data, found);
    let size = 0;
    for (const value of Object.values(data)) size += base64Length(value);
    if (size > MAX_DATA) found.tooLong('data', MAX_DATA);
    checkType(object, data, found);
    return found.list;
  },
  updateFirst: true,
  validateUpdate(object, old) {
    const found = new Problems();
    if (object.type !== old.type) found.invalid('type', object.type, IMMUTABLE);
    if (old.immutable === true) {
      if (object.immutable !== true) found.forbidden('immutable', FROZEN);
      if (!same(object.data ?? {}, old.data ?? {})) found.forbidden('data', FROZEN);
    }
    return found.list;
  },
  columns: [
    NAME,
    column('Type', 'Used to facilitate programmatic handling of secret data.'),
    column('Data', 'Data contains the secret data.'),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.type ?? '',
    Object.keys(object.data ?? {}).length,
    age(object.metadata?.creationTimestamp, now),
  ],
};

/** The keys that a type of Secret must have (ValidateSecret). */
function checkType(object: SecretObject, data: Readonly<Record<string, string>>, found: Problems): void {
  const need = (...keys: string[]) => {
    for (const key of keys) if (data[key] === undefined) found.required(`data[${key}]`);
  };
  switch (object.type) {
    case 'kubernetes.io/service-account-token':
      if (!object.metadata?.annotations?.[ACCOUNT]) found.required(`metadata.annotations[${ACCOUNT}]`);
      break;
    case 'kubernetes.io/dockercfg':
      checkJson('.dockercfg', data, found);
      break;
    case 'kubernetes.io/dockerconfigjson':
      checkJson('.dockerconfigjson', data, found);
      break;
    case 'kubernetes.io/basic-auth':
      if (data['username'] === undefined && data['password'] === undefined) need('username', 'password');
      break;
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) found.required('data[ssh-privatekey]');
      break;
    case 'kubernetes.io/tls':
      need('tls.crt', 'tls.key');
      break;
  }
}

function checkJson(key: string, data: Readonly<Record<string, string>>, found: Problems): void {
  const value = data[key];
  if (value === undefined) {
    found.required(`data[${key}]`);
    return;
  }
  const text = decode(value);
  try {
    JSON.parse(text);
  } catch {
    const first = text.trim().charAt(0);
    const why =
      first === '' ? 'unexpected end of JSON input' : `invalid character '${first}' looking for beginning of value`;
    found.invalid(`data[${key}]`, '<secret contents redacted>', why);
  }
}

/** Base64 of UTF-8 text. */
function encode(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}
