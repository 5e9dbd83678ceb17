import type { ObjectRef } from '../cluster/api/types.ts';

/**
 * What the graph draws: a plain picture of the cluster, small enough to send to the page whole. Made by the playground
 * from API objects only; arrays are in a stable order (creation, then name), so that nothing jumps.
 */
export interface Scene {
  /** Virtual milliseconds of this picture. */
  readonly at: number;
  readonly nodes: readonly SceneNode[];
  readonly pods: readonly ScenePod[];
  readonly services: readonly SceneService[];
  /** Plain Docker hosts, shown beside the cluster in the lesson on network models. */
  readonly dockerHosts: readonly SceneDockerHost[];
  /** Where interactive shells are: the laptop always, nodes and pods while somebody is logged in. */
  readonly shells: readonly SceneShell[];
  readonly loadBalancers: readonly SceneLoadBalancer[];
  /** The node network: `10.240.0.0/16`. */
  readonly nodeNetwork: string;
  /** True once the cluster has more pods than {@link SCENE_POD_LIMIT}: `pods` then holds those of interest, nodes carry counts. */
  readonly folded: boolean;
}

export const SCENE_POD_LIMIT = 3000;

export interface SceneNode {
  readonly name: string;
  readonly ref: ObjectRef;
  readonly ready: boolean;
  /** Has power. A node without power stays Ready for a while: the cluster does not know yet. */
  readonly powered: boolean;
  readonly schedulable: boolean;
  readonly internalIP: string;
  readonly externalIP?: string;
  /** `10.244.3.0/24` */
  readonly podCIDR: string;
  /** Address of the bridge: `10.244.3.1`. */
  readonly bridgeIP: string;
  readonly podCount: number;
  /** Node ports open on every node. */
  readonly nodePorts: readonly number[];
  /** Virtual time of the last heartbeat, when it is overdue. */
  readonly silentSince?: number;
}

export type PodState = 'pending' | 'ready' | 'notready' | 'terminating' | 'failed' | 'succeeded';

export interface ScenePod {
  readonly uid: string;
  readonly name: string;
  /** What tells it from its siblings: `jr4a2`. The whole name for a pod without an owner. */
  readonly suffix: string;
  readonly namespace: string;
  readonly ref: ObjectRef;
  readonly node?: string;
  readonly ip?: string;
  readonly state: PodState;
  /** kubectl's STATUS column: `Running`, `ContainerCreating`, `CrashLoopBackOff`. */
  readonly status: string;
  /** `1/1` */
  readonly ready: string;
  readonly restarts: number;
  /** The labels a person would look at, as `run=my-nginx`. */
  readonly labels: readonly string[];
  /** `Deployment my-nginx` or `ReplicaSet ...`: what groups it. */
  readonly owner?: ObjectRef;
  /** Uids of the Services that select it. */
  readonly services: readonly string[];
  readonly image: string;
  /** True for kube-system. */
  readonly system: boolean;
  readonly mounts: readonly {
    readonly kind: 'Secret' | 'ConfigMap' | 'emptyDir' | 'other';
    readonly name: string;
    readonly path: string;
  }[];
}

export interface SceneService {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly ref: ObjectRef;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `None` for a headless Service. */
  readonly clusterIP?: string;
  readonly selector?: string;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort: string;
    readonly nodePort?: number;
    readonly protocol: string;
  }[];
  readonly endpoints: readonly SceneEndpoint[];
  readonly externalName?: string;
  /** Address or host name of its load balancer; `pending` while there is none. */
  readonly external?: string;
  readonly system: boolean;
}

export interface SceneEndpoint {
  readonly address: string;
  readonly ports: readonly number[];
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly pod?: string;
  readonly node?: string;
}

export interface SceneShell {
  /** Machine id: `laptop`, `node/…`, `pod/ns/name`. */
  readonly machine: string;
  readonly kind: 'laptop' | 'node' | 'pod';
  readonly node?: string;
  readonly pod?: string;
  /** Command line running there now, if any. */
  readonly command?: string;
  readonly address: string;
}

export interface SceneLoadBalancer {
  readonly service: ObjectRef;
  readonly address: string;
  readonly cloudId?: string;
  readonly healthyNodes: readonly string[];
}

export interface SceneDockerHost {
  readonly name: string;
  readonly address: string;
  readonly bridge: string;
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly ip: string;
    readonly published: readonly { readonly host: number; readonly container: number }[];
  }[];
}
