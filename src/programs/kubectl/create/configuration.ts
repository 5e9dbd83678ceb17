import type { KubeObject } from '../../../cluster/api/types.ts';
import type { FileSystem } from '../../../machines/filesystem.ts';
import { FileError } from '../../../machines/filesystem.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { base64, collectData, configMap, type FileSource, secret } from '../generators/configuration.ts';
import { GeneratorError } from '../generators/names.ts';
import type { Invocation } from '../invocation.ts';
import { withNameHash } from '../write/name-hash.ts';
import { requireKeyPair } from './key-pair.ts';
import { creator } from './subcommand.ts';

const DATA_FLAGS: readonly Flag[] = [
  { name: 'from-file', type: 'strings' },
  { name: 'from-literal', type: 'array' },
  { name: 'from-env-file', type: 'strings' },
];
const APPEND_HASH: Flag = { name: 'append-hash', type: 'bool' };

/** The object, by a name with a hash where that is wanted. */
function named(invocation: Invocation, object: KubeObject): KubeObject {
  return invocation.flags.bool('append-hash') ? withNameHash(object) : object;
}

function dataOf(invocation: Invocation, kind: 'ConfigMap' | 'Secret', name: string): Map<string, string> {
  const { flags } = invocation;
  return collectData(
    {
      fromFile: flags.list('from-file'),
      fromLiteral: flags.list('from-literal'),
      fromEnvFile: flags.list('from-env-file'),
    },
    fileSource(invocation),
    kind,
    name,
  );
}

/** The files of the machine, relative to where kubectl runs. */
function fileSource(invocation: Invocation): FileSource {
  const { fs, context } = invocation;
  const at = (path: string) => fs.resolve(context.cwd, path);
  return {
    exists: (path) => fs.exists(at(path)),
    isDirectory: (path) => fs.stat(at(path)).type === 'directory',
    read: (path) => readText(fs, at(path), path),
    files: (path) => fs.list(at(path)).filter((name) => fs.stat(`${at(path)}/${name}`).type === 'file'),
  };
}

function readText(fs: FileSystem, place: string, shown: string): string {
  try {
    return fs.read(place);
  } catch (error) {
    if (error instanceof FileError) throw new GeneratorError(`open ${shown}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

export const createConfigMap: Command = creator({
  name: 'configmap',
  aliases: ['cm'],
  flags: [...DATA_FLAGS, APPEND_HASH],
  failure: 'failed to create configmap: ',
  make(invocation, name, namespace) {
    return named(invocation, configMap(name, namespace, dataOf(invocation, 'ConfigMap', name)));
  },
});

const generic = creator({
  name: 'generic',
  flags: [...DATA_FLAGS, { name: 'type', type: 'string' }, APPEND_HASH],
  failure: 'failed to create secret ',
  make(invocation, name, namespace) {
    return named(
      invocation,
      secret(name, namespace, dataOf(invocation, 'Secret', name), invocation.flags.string('type')),
    );
  },
});

const tls = creator({
  name: 'tls',
  flags: [{ name: 'cert', type: 'string' }, { name: 'key', type: 'string' }, APPEND_HASH],
  failure: 'failed to create secret ',
  make(invocation, name, namespace) {
    const { flags } = invocation;
    const [certificate, key] = [flags.string('cert'), flags.string('key')];
    if (key === '' || certificate === '') throw new Failure('key and cert must be specified');
    const files = fileSource(invocation);
    const read = (path: string) => {
      if (!files.exists(path)) throw new Failure(`Cannot read file ${path}, open ${path}: no such file or directory`);
      return files.read(path);
    };
    const [certText, keyText] = [read(certificate), read(key)];
    requireKeyPair(certText, keyText);
    const data = new Map([
      ['tls.crt', certText],
      ['tls.key', keyText],
    ]);
    return named(invocation, secret(name, namespace, data, 'kubernetes.io/tls'));
  },
});

const dockerRegistry = creator({
  name: 'docker-registry',
  flags: [
    { name: 'docker-username', type: 'string' },
    { name: 'docker-password', type: 'string' },
    { name: 'docker-email', type: 'string' },
    { name: 'docker-server', type: 'string', default: 'https://index.docker.io/v1/' },
    { name: 'from-file', type: 'strings' },
    APPEND_HASH,
  ],
  failure: 'failed to create secret ',
  make(invocation, name, namespace) {
    const { flags } = invocation;
    const type = 'kubernetes.io/dockerconfigjson';
    const files = flags.list('from-file');
    if (files.length > 0) {
      const data = collectData(
        { fromFile: files, fromLiteral: [], fromEnvFile: [] },
        fileSource(invocation),
        'Secret',
        name,
      );
      return named(invocation, secret(name, namespace, data, type));
    }
    const [username, password, email, server] = ['username', 'password', 'email', 'server'].map((part) =>
      flags.string(`docker-${part}`),
    ) as [string, string, string, string];
    if (username === '' || password === '' || server === '')
      throw new Failure(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      );
    const auth = {
      username,
      password,
      ...(email === '' ? {} : { email }),
      auth: base64(`${username}:${password}`),
    };
    const data = new Map([['.dockerconfigjson', JSON.stringify({ auths: { [server]: auth } })]]);
    return named(invocation, secret(name, namespace, data, type));
  },
});

/** `kubectl create secret TYPE` */
export const createSecret: Command = {
  name: 'secret',
  subcommands: [dockerRegistry, generic, tls],
};
