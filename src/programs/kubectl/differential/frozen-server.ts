import { httpApi } from '../../../cluster/api/http.ts';
import { ApiServer, type ApiSnapshot } from '../../../cluster/api/server.ts';
import type { KubeObject } from '../../../cluster/api/types.ts';
import { builtInFields } from '../../../cluster/field-schema.ts';
import { gce } from '../../../cluster/flavours/gce.ts';
import { KINDS } from '../../../cluster/resources/index.ts';
import { outside, sleep } from '../../../sim/routine.ts';
import { Simulation } from '../../../sim/simulation.ts';
import type { KubeApi } from '../api.ts';
import { Session } from '../testing/session.ts';
import { kubeconfig, RECORDED_SERVER } from './cases.ts';
import { corpusFiles } from './replay.ts';

const HOME = '/home/learner';

/** A cluster as it was at a moment: the API server's objects, and when that was. */
export interface State extends ApiSnapshot {
  /** Calendar time in ms. */
  readonly now: number;
}

/**
 * The API server of a simulated cluster with its time standing still and nobody else at work in it: no controller, no
 * kubelet. It takes writes, and two of the same state give new objects the same uids.
 */
export class FrozenServer {
  private readonly server: ApiServer;
  private readonly before: ReadonlyMap<string, string>;

  constructor(state: State) {
    const sim = new Simulation({ epoch: state.now, seed: 7 });
    this.server = new ApiServer({
      sim,
      kinds: KINDS,
      ranges: { serviceCIDR: gce.serviceCIDR, nodePorts: gce.nodePorts },
      schema: builtInFields,
    });
    this.server.restore({ ...state, objects: structuredClone(state.objects) as KubeObject[] });
    this.before = this.everything();
  }

  /** For a server of HTTP. */
  get fetch(): (request: Request) => Response | Promise<Response> {
    return httpApi(this.server).fetch;
  }

  /** For our kubectl. */
  get api(): KubeApi {
    const { server } = this;
    return {
      server: RECORDED_SERVER,
      *request(request) {
        const loading = server.preload(request);
        if (loading !== undefined) yield* outside(() => loading);
        return server.rest(request);
      },
      *connect() {
        yield* sleep(0);
        return { error: 'nothing runs while time stands still' };
      },
    };
  }

  /** What was written since: objects as they are now by kind and name, null for those that are gone. */
  changes(): Record<string, unknown> {
    const now = this.everything();
    const keys = [...new Set([...this.before.keys(), ...now.keys()])].sort();
    return Object.fromEntries(
      keys
        .filter((key) => now.get(key) !== this.before.get(key))
        .map((key) => [key, JSON.parse(now.get(key) ?? 'null') as unknown]),
    );
  }

  private everything(): Map<string, string> {
    const found = new Map<string, string>();
    for (const kind of this.server.kinds)
      for (const object of this.server.shelf(kind.plural, kind.group).all())
        found.set(
          `${kind.kind} ${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`,
          JSON.stringify(sorted(this.server.complete(kind, object))),
        );
    return found;
  }
}

/** The same with keys in the order of the alphabet: in which one the server has them means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(([key, inner]) => [key, sorted(inner)]));
}

/** Our kubectl with the home folder of the corpora, at a calendar time in ms of its own: a server's clock stands still, its does not. */
export function sessionOn(server: FrozenServer | undefined, at: number): Session {
  const files: Record<string, string> = { [`${HOME}/.kube/config`]: kubeconfig(RECORDED_SERVER) };
  for (const [path, text] of corpusFiles()) files[`${HOME}/${path}`] = text;
  return new Session({
    sim: new Simulation({ epoch: at }),
    home: HOME,
    files,
    ...(server === undefined ? {} : { api: server.api }),
  });
}
