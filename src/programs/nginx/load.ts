import type { Context } from '../../machines/process.ts';
import { loadPair } from './certificates.ts';
import { parseConfig } from './config.ts';
import { ConfigError, type Directive } from './directive.ts';
import { type VirtualServer, virtualServers } from './site.ts';

/** A configuration that nginx would run with. */
export interface Loaded {
  readonly main: readonly Directive[];
  readonly servers: readonly VirtualServer[];
}

interface Known {
  readonly files: readonly (readonly [path: string, text: string | undefined])[];
  readonly globs: readonly (readonly [pattern: string, found: string])[];
  readonly loaded: Loaded;
  /** It asked for host names: the answer may be another one next time. */
  readonly asked: boolean;
}

/** Parsed configurations by the texts they were made of: a thousand replicas share one. */
const CACHE = new Map<string, Known>();

/** Reads and checks a configuration, keys and certificates included. @throws ConfigError in nginx's words */
export function load(context: Context, path: string): Loaded {
  const { fs } = context;
  const read = (file: string) => (fs.exists(file) && fs.stat(file).type === 'file' ? fs.read(file) : undefined);
  const glob = (pattern: string) => {
    const folder = pattern.slice(0, pattern.lastIndexOf('/'));
    if (!fs.exists(folder) || fs.stat(folder).type !== 'directory') return [];
    const name = new RegExp(
      `^${pattern
        .slice(pattern.lastIndexOf('/') + 1)
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return fs
      .list(folder)
      .filter((each) => !each.startsWith('.') && name.test(each))
      .map((each) => `${folder}/${each}`);
  };
  const known = CACHE.get(`${path}\0${read(path) ?? ''}`);
  const fresh =
    known !== undefined &&
    !known.asked &&
    known.files.every(([file, text]) => read(file) === text) &&
    known.globs.every(([pattern, found]) => glob(pattern).join('\0') === found);
  const loaded = fresh ? known.loaded : parsed(context, path, read, glob);
  for (const server of loaded.servers) checkPair(context, server);
  return loaded;
}

function parsed(
  context: Context,
  path: string,
  read: (file: string) => string | undefined,
  glob: (pattern: string) => readonly string[],
): Loaded {
  const files: [string, string | undefined][] = [];
  const globs: [string, string][] = [];
  let asked = false;
  const main = parseConfig(path, {
    read(file) {
      const text = read(file);
      files.push([file, text]);
      return text;
    },
    glob(pattern) {
      const found = glob(pattern);
      globs.push([pattern, found.join('\0')]);
      return found;
    },
  });
  const { network, world } = context.machine;
  const servers = virtualServers(main, (host) => {
    if (/^[\d.]+$/.test(host)) return true;
    asked = true;
    return world.network.lookup(network, host, { program: 'nginx', target: host }).addresses.length > 0;
  });
  const loaded = { main, servers };
  if (CACHE.size > 100) CACHE.clear();
  CACHE.set(`${path}\0${files[0]?.[1] ?? ''}`, { files, globs, loaded, asked });
  return loaded;
}

/** @throws ConfigError */
function checkPair(context: Context, { listens, certificate, key, file, line }: VirtualServer): void {
  if (certificate === undefined) {
    if (listens.some((each) => each.ssl))
      throw new ConfigError(`no "ssl_certificate" is defined for the "listen ... ssl" directive in ${file}:${line}`);
    return;
  }
  if (key === undefined) throw new ConfigError(`no "ssl_certificate_key" is defined for certificate "${certificate}"`);
  loadPair(context.fs, certificate, key);
}
