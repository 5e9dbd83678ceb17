import type { KubeObject } from '../../../cluster/api/types.ts';
import { encodeBytes } from '../../../machines/text.ts';
import { GeneratorError } from './names.ts';

/** Reads a file, or lists a folder's regular files, on the machine where kubectl runs. */
export interface FileSource {
  /** The text of a file. @throws GeneratorError when it cannot be read. */
  read(path: string): string;
  isDirectory(path: string): boolean;
  exists(path: string): boolean;
  /** Names of the regular files in a folder, in order. */
  files(path: string): readonly string[];
}

export interface DataOptions {
  readonly fromFile: readonly string[];
  readonly fromLiteral: readonly string[];
  readonly fromEnvFile: readonly string[];
}

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Keys and texts named by --from-file, --from-literal and --from-env-file, in kubectl's order. @throws GeneratorError */
export function collectData(
  options: DataOptions,
  files: FileSource,
  kind: 'ConfigMap' | 'Secret',
  name: string,
): Map<string, string> {
  const { fromFile, fromLiteral, fromEnvFile } = options;
  if (fromEnvFile.length > 0 && (fromFile.length > 0 || fromLiteral.length > 0))
    throw new GeneratorError('from-env-file cannot be combined with from-file or from-literal');
  const data = new Map<string, string>();
  const add = (key: string, text: string) => {
    if (!KEY.test(key))
      throw new GeneratorError(`${JSON.stringify(key)} is not a valid key name for a ${kind}: ${KEY_RULE}`);
    if (data.has(key))
      throw new GeneratorError(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${kind} ${JSON.stringify(name)}`,
      );
    data.set(key, text);
  };
  for (const spec of fromFile) {
    const at = spec.indexOf('=');
    const [key, path] = at < 0 ? [undefined, spec] : [spec.slice(0, at), spec.slice(at + 1)];
    if (key === '') throw new GeneratorError(`key name for file path ${path} missing`);
    if (path === '') throw new GeneratorError(`file path for key name ${key} missing`);
    if (spec.split('=').length > 2) throw new GeneratorError("key names or file paths cannot contain '='");
    if (!files.exists(path)) throw new GeneratorError(`error reading ${path}: no such file or directory`);
    if (files.isDirectory(path)) {
      if (key !== undefined) throw new GeneratorError('cannot give a key name for a directory path');
      for (const name of files.files(path)) {
        if (KEY.test(name)) add(name, files.read(`${path.replace(/\/$/, '')}/${name}`));
      }
    } else add(key ?? path.slice(path.lastIndexOf('/') + 1), files.read(path));
  }
  for (const spec of fromLiteral) {
    const at = spec.indexOf('=');
    if (at <= 0) throw new GeneratorError(`invalid literal source ${spec}, expected key=value`);
    const value = spec.slice(at + 1);
    add(spec.slice(0, at), unquote(value));
  }
  for (const path of fromEnvFile) {
    if (!files.exists(path)) throw new GeneratorError(`stat ${path}: no such file or directory`);
    if (files.isDirectory(path)) throw new GeneratorError('env config file cannot be a directory');
    for (const [number, raw] of files.read(path).split('\n').entries()) {
      const line = raw.replace(/^\s+/, '');
      if (line === '' || line.startsWith('#')) continue;
      const at = line.indexOf('=');
      const key = at < 0 ? line : line.slice(0, at);
      if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key))
        throw new GeneratorError(
          `${JSON.stringify(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*') (line ${number + 1})`,
        );
      if (at >= 0) add(key, line.slice(at + 1));
    }
  }
  return data;
}

/** kubectl takes matching quotes off a literal's value. */
function unquote(value: string): string {
  return value.length >= 2 && /^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value;
}

/** `kubectl create configmap`. */
export function configMap(name: string, namespace: string | undefined, data: ReadonlyMap<string, string>): KubeObject {
  const text = new Map<string, string>();
  const binary = new Map<string, string>();
  for (const [key, value] of data) {
    if (/[\udc80-\udcff]/.test(value) && !isWellFormed(value)) binary.set(key, base64(value));
    else text.set(key, value);
  }
  return {
    apiVersion: 'v1',
    ...(binary.size === 0 ? {} : { binaryData: Object.fromEntries(binary) }),
    ...(text.size === 0 ? {} : { data: Object.fromEntries(text) }),
    kind: 'ConfigMap',
    metadata: { creationTimestamp: null as unknown as string, name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/** `kubectl create secret generic`, and the base of the other kinds of Secret. */
export function secret(
  name: string,
  namespace: string | undefined,
  data: ReadonlyMap<string, string>,
  type?: string,
): KubeObject {
  return {
    apiVersion: 'v1',
    ...(data.size === 0 ? {} : { data: Object.fromEntries([...data].map(([key, value]) => [key, base64(value)])) }),
    kind: 'Secret',
    metadata: { creationTimestamp: null as unknown as string, name, ...(namespace === undefined ? {} : { namespace }) },
    ...(type === undefined || type === '' ? {} : { type }),
  };
}

/** Standard base64 of the bytes that a text stands for. */
export function base64(text: string): string {
  let binary = '';
  for (const byte of encodeBytes(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
