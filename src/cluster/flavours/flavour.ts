import type { Random } from '../../sim/random.ts';
import type { Service } from '../api/types.ts';

/** One node of a cluster, before anything runs on it. */
export interface NodeSpec {
  readonly name: string;
  readonly internalIP: string;
  readonly externalIP?: string;
  /** `10.244.3.0/24` */
  readonly podCIDR: string;
  /** Address of the system's pod on the node: those below it were given before, so that the next pod gets the one above. */
  readonly systemPodIP: string;
  readonly cpu: string;
  readonly memory: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number];

/** What a cloud does for Services of type LoadBalancer. */
export interface CloudProvider {
  /** Virtual milliseconds that creating and deleting take, from and to. */
  readonly createDelay: readonly [number, number];
  readonly deleteDelay: readonly [number, number];
  readonly events: 'standard' | 'tencent';
  balancer(
    service: Service,
    random: Random,
  ): { readonly ingress: Ingress; readonly annotations?: Readonly<Record<string, string>> };
}

/** A machine beside the cluster that runs plain Docker. */
export interface DockerHostSpec {
  readonly name: string;
  /** On a network of their own, 192.0.2.0/24, which the internet reaches. */
  readonly address: string;
}

/** A kind of cluster: where it runs, and what it looks like. One file each. */
export interface Flavour {
  readonly name: string;
  readonly nodes: readonly NodeSpec[];
  /** Plain Docker hosts beside it, for the comparison of network models. */
  readonly dockerHosts?: readonly DockerHostSpec[];
  /** `10.240.0.0/16`: the nodes' own network. */
  readonly nodeNetwork: string;
  readonly podCIDR: string;
  readonly serviceCIDR: string;
  readonly dnsIP: string;
  readonly nodePorts: readonly [number, number];
  /** How old the cluster is when the learner first sees it, in milliseconds. */
  readonly age: number;
  /** Address of the API server, as kubectl sees it. */
  readonly apiServer: string;
  readonly osImage: string;
  readonly kernel: string;
  readonly providerID: (node: string) => string;
  readonly cloud: CloudProvider;
}
