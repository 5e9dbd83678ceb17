import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Simulation } from '../../../sim/simulation.ts';
import { FrozenApi } from '../testing/frozen-api.ts';
import { Session } from '../testing/session.ts';
import { clusterObjects, kubeconfig, MORE_KINDS, RECORDED_SERVER } from './cases.ts';

const FOLDER = import.meta.dirname;
const HOME = '/home/learner';

/** The frozen API of a cluster by the name of its file. */
export function frozenCluster(name: string, now: number, server = RECORDED_SERVER): FrozenApi {
  const objects = clusterObjects(readFileSync(join(FOLDER, 'clusters', `${name}.yaml`), 'utf8'), now);
  return new FrozenApi(objects, now, MORE_KINDS, server);
}

/** The files that corpora speak of, by path below the home folder. */
export function corpusFiles(): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string, prefix: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path, `${prefix}${name}/`);
      else found.set(`${prefix}${name}`, readFileSync(path, 'utf8'));
    }
  };
  walk(join(FOLDER, 'files'), '');
  return found;
}

/** A session of our kubectl on a frozen cluster, with the kubeconfig and files of the corpora. */
export function frozenSession(cluster: string, now: number): Session {
  const files: Record<string, string> = { [`${HOME}/.kube/config`]: kubeconfig(RECORDED_SERVER) };
  for (const [path, text] of corpusFiles()) files[`${HOME}/${path}`] = text;
  return new Session({
    sim: new Simulation({ epoch: now }),
    home: HOME,
    files,
    ...(cluster === 'none' ? {} : { api: frozenCluster(cluster, now) }),
  });
}
