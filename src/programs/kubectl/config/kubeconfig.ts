import type { Context } from '../../../machines/process.ts';
import { Failure } from '../errors.ts';
import { parseYaml } from '../yaml/parse.ts';

export interface KubeconfigCluster {
  server?: string;
  'insecure-skip-tls-verify'?: boolean;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'proxy-url'?: string;
  'disable-compression'?: boolean;
}

export interface KubeconfigUser {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  [field: string]: unknown;
}

export interface KubeconfigContext {
  cluster?: string;
  user?: string;
  namespace?: string;
}

/** A kubeconfig, its lists as maps; `origin` says which file an entry came from. */
export interface Kubeconfig {
  clusters: Map<string, KubeconfigCluster>;
  users: Map<string, KubeconfigUser>;
  contexts: Map<string, KubeconfigContext>;
  currentContext: string;
  preferences: Record<string, unknown>;
  origin: Map<object, string>;
}

export function emptyKubeconfig(): Kubeconfig {
  return {
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    currentContext: '',
    preferences: {},
    origin: new Map(),
  };
}

/** The files that make up the configuration, in order, and whether --kubeconfig named the one. */
export function kubeconfigPaths(context: Context, explicit: string): { paths: readonly string[]; explicit: boolean } {
  const at = (path: string) => context.fs.resolve(context.cwd, path);
  if (explicit !== '') return { paths: [at(explicit)], explicit: true };
  const variable = context.env.get('KUBECONFIG') ?? '';
  if (variable !== '')
    return {
      paths: [
        ...new Set(
          variable
            .split(':')
            .filter((path) => path !== '')
            .map(at),
        ),
      ],
      explicit: false,
    };
  return { paths: [at(`${context.env.get('HOME') ?? context.machine.home}/.kube/config`)], explicit: false };
}

/** Loads and merges the kubeconfig: the first file that names an entry wins. @throws Failure in client-go's words. */
export function loadKubeconfig(
  context: Context,
  explicit: string,
  options: { readonly mayBeMissing?: boolean } = {},
): Kubeconfig {
  const { paths, explicit: named } = kubeconfigPaths(context, explicit);
  const merged = emptyKubeconfig();
  for (const path of paths) {
    if (!context.fs.exists(path)) {
      if (named && options.mayBeMissing !== true) throw new Failure(`stat ${explicit}: no such file or directory`);
      continue;
    }
    const one = readKubeconfig(context, path);
    for (const part of ['clusters', 'users', 'contexts'] as const) {
      for (const [name, value] of one[part]) {
        const into = merged[part] as Map<string, object>;
        if (into.has(name)) continue;
        into.set(name, value);
        merged.origin.set(value, path);
      }
    }
    if (merged.currentContext === '') merged.currentContext = one.currentContext;
  }
  return merged;
}

/** One file. @throws Failure when it is no kubeconfig. */
export function readKubeconfig(context: Context, path: string): Kubeconfig {
  const config = emptyKubeconfig();
  let parsed: unknown;
  try {
    parsed = parseYaml(context.fs.read(path));
  } catch (error) {
    throw new Failure(`error loading config file "${path}": ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null) return config;
  const file = parsed as Record<string, unknown>;
  const read = (list: unknown, field: string, into: Map<string, object>) => {
    if (!Array.isArray(list)) return;
    for (const entry of list as Record<string, unknown>[]) {
      const value = (entry[field] ?? {}) as object;
      into.set(String(entry['name'] ?? ''), value);
      config.origin.set(value, path);
    }
  };
  read(file['clusters'], 'cluster', config.clusters);
  read(file['users'], 'user', config.users);
  read(file['contexts'], 'context', config.contexts);
  config.currentContext = typeof file['current-context'] === 'string' ? file['current-context'] : '';
  config.preferences = (file['preferences'] ?? {}) as Record<string, unknown>;
  return config;
}

/** In the form of the file: lists sorted by name, as client-go writes and shows them. */
export function kubeconfigObject(config: Kubeconfig): Record<string, unknown> {
  const list = (map: ReadonlyMap<string, object>, field: string) =>
    map.size === 0
      ? null
      : [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ [field]: value, name }));
  return {
    apiVersion: 'v1',
    clusters: list(config.clusters, 'cluster'),
    contexts: list(config.contexts, 'context'),
    'current-context': config.currentContext,
    kind: 'Config',
    preferences: config.preferences,
    users: list(config.users, 'user'),
  };
}
