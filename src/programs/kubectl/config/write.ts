import type { Context } from '../../../machines/process.ts';
import { emitYaml } from '../yaml/emit.ts';
import { emptyKubeconfig, type Kubeconfig, kubeconfigObject, kubeconfigPaths, readKubeconfig } from './kubeconfig.ts';

/** The file that new entries go to: --kubeconfig, the first of $KUBECONFIG that exists (else the last), or ~/.kube/config. */
export function defaultKubeconfig(context: Context, explicit: string): string {
  const { paths } = kubeconfigPaths(context, explicit);
  return paths.find((path) => context.fs.exists(path)) ?? paths[paths.length - 1] ?? '';
}

/**
 * Writes a changed configuration back: each entry to the file it came from, new ones to the default file
 * (clientcmd.ModifyConfig). `before` is what was loaded.
 */
export function writeKubeconfig(context: Context, explicit: string, before: Kubeconfig, after: Kubeconfig): void {
  const fallback = defaultKubeconfig(context, explicit);
  const files = new Map<string, Kubeconfig>();
  const at = (path: string): Kubeconfig => {
    let file = files.get(path);
    if (file === undefined) {
      file = context.fs.exists(path) ? readKubeconfig(context, path) : emptyKubeconfig();
      files.set(path, file);
    }
    return file;
  };
  if (before.currentContext !== after.currentContext) {
    const { paths } = kubeconfigPaths(context, explicit);
    const holder = paths.find((path) => context.fs.exists(path) && readKubeconfig(context, path).currentContext !== '');
    at(holder ?? fallback).currentContext = after.currentContext;
  }
  if (JSON.stringify(before.preferences) !== JSON.stringify(after.preferences))
    at(fallback).preferences = after.preferences;
  for (const part of ['clusters', 'users', 'contexts'] as const) {
    const [old, now] = [before[part] as Map<string, object>, after[part] as Map<string, object>];
    for (const [name, value] of now) {
      const known = old.get(name);
      if (known !== undefined && JSON.stringify(known) === JSON.stringify(value)) continue;
      const path = (known === undefined ? undefined : before.origin.get(known)) ?? fallback;
      (at(path)[part] as Map<string, object>).set(name, value);
    }
    for (const [name, value] of old) if (!now.has(name)) at(before.origin.get(value) ?? fallback)[part].delete(name);
  }
  for (const [path, file] of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (folder !== '' && !context.fs.exists(folder)) context.fs.makeDirectory(folder, { parents: true });
    context.fs.write(path, emitYaml(kubeconfigObject(file)), { mode: 0o600 });
  }
}

/** A copy whose maps and entries may be changed. */
export function copyKubeconfig(config: Kubeconfig): Kubeconfig {
  const copied = <T extends object>(map: ReadonlyMap<string, T>) =>
    new Map([...map].map(([name, value]) => [name, { ...value }]));
  return {
    ...config,
    clusters: copied(config.clusters),
    users: copied(config.users),
    contexts: copied(config.contexts),
    preferences: { ...config.preferences },
  };
}
