import type { Problems } from './fields.ts';

const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** core.MaxSecretSize: the most bytes of data that a ConfigMap or Secret holds. */
export const MAX_DATA = 1024 * 1024;

/** validation.IsConfigMapKey: names of entries in ConfigMaps and Secrets. */
export function configKeyProblems(key: string): string[] {
  const found: string[] = [];
  if (key.length > 253) found.push('must be no more than 253 characters');
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) found.push(KEY_RULE);
  if (key === '.' || key === '..') found.push(`must not be '${key}'`);
  else if (key.startsWith('..')) found.push("must not start with '..'");
  return found;
}

/** Checks the keys of one map of data; `field` is `data` or `binaryData`. */
export function checkKeys(field: string, data: Readonly<Record<string, unknown>> | undefined, found: Problems): void {
  for (const key of Object.keys(data ?? {})) found.check(`${field}[${key}]`, key, configKeyProblems);
}

/** Bytes of UTF-8. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) length += 2;
    else if (code >= 0x80) length += 1;
  }
  return length;
}

/** Bytes that base64 text stands for. */
export function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, (text.length * 3) / 4 - padding);
}
