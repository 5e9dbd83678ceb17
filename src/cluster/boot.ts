import type { Simulation } from '../sim/simulation.ts';
import type { ApiServer } from './api/server.ts';
import type { KubeObject, ObjectMeta, Pod } from './api/types.ts';
import { controllerReference } from './controllers/context.ts';
import { DESIRED, HASH, MAXIMUM, REVISION } from './controllers/deployment-sets.ts';
import { rootCertificates } from './controllers/namespace-defaults.ts';
import { targetRef } from './controllers/service-backends.ts';
import { templateHash } from './controllers/template-hash.ts';
import type { Flavour, NodeSpec } from './flavours/flavour.ts';
import { nodeConditions, nodeStatus } from './kubelet/node-status.ts';
import type { ContainerRuntime } from './kubelet/runtime.ts';
import { dnsObjects, dnsTemplate, proxyPod } from './system-pods.ts';

/** An object with the fields that this file sets or reads. */
interface Made extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/**
 * Puts in place what a cluster holds when the learner first sees it: namespaces, nodes, the `kubernetes` Service, kube-system
 * with its DNS and kube-proxies. All of it as old as the flavour says and long at rest: controllers and kubelets find
 * nothing to do.
 */
export function bootCluster(api: ApiServer, flavour: Flavour, sim: Simulation, runtime: ContainerRuntime): void {
  new Boot(api, flavour, sim, runtime).run();
}

class Boot {
  private readonly api: ApiServer;
  private readonly flavour: Flavour;
  private readonly runtime: ContainerRuntime;
  private readonly sim: Simulation;
  private readonly random;
  /** Calendar time at which the cluster was made, in ms. */
  private readonly born: number;

  constructor(api: ApiServer, flavour: Flavour, sim: Simulation, runtime: ContainerRuntime) {
    this.api = api;
    this.flavour = flavour;
    this.runtime = runtime;
    this.sim = sim;
    this.random = sim.random.stream('boot');
    this.born = sim.calendar() - flavour.age;
  }

  run(): void {
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      this.put('namespaces', '', { metadata: { name } });
      this.put('serviceaccounts', '', { metadata: { name: 'default', namespace: name } }, 4);
      this.put('configmaps', '', rootCertificates(name), 4);
    }
    const nodes = this.flavour.nodes.map((node) => ({ node, object: this.node(node) }));
    this.apiService();
    for (const { node, object } of nodes) this.pod(proxyPod(node.name, object, this.time(6)), node, node.internalIP, 8);
    this.dns();
  }

  /** metav1.Time so many seconds after the cluster was made. */
  private time(seconds: number): string {
    return `${new Date(Math.floor(this.born / 1000) * 1000 + seconds * 1000).toISOString().slice(0, 19)}Z`;
  }

  /** Creates an object as the API does, then dates it back. */
  private put(plural: string, group: string, object: Made, seconds = 0, status?: object): Made {
    const shelf = this.api.shelf(plural, group);
    const made: Made = this.api.create(shelf, object, object.metadata?.namespace);
    const aged: Made = { ...made, metadata: { ...made.metadata, creationTimestamp: this.time(seconds) } };
    if (status !== undefined) aged.status = { ...made.status, ...status };
    this.api.overwrite(shelf, aged);
    return aged;
  }

  private node(node: NodeSpec): KubeObject {
    const { flavour, sim } = this;
    const conditions = nodeConditions([], this.time(5)).map((each) => ({
      ...each,
      lastHeartbeatTime: sim.timestamp(),
    }));
    const object = this.put(
      'nodes',
      '',
      {
        metadata: {
          name: node.name,
          labels: { ...node.labels },
          annotations: {
            'node.alpha.kubernetes.io/ttl': '0',
            'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
          },
        },
        spec: { podCIDR: node.podCIDR, podCIDRs: [node.podCIDR], providerID: flavour.providerID(node.name) },
      },
      5,
      { ...nodeStatus(node, flavour, []), conditions },
    );
    this.put(
      'leases',
      'coordination.k8s.io',
      {
        metadata: {
          name: node.name,
          namespace: 'kube-node-lease',
          ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: object.metadata?.uid ?? '' }],
        },
        spec: { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime: sim.microTimestamp() },
      },
      6,
    );
    return object;
  }

  /** `kubernetes` in default, whose endpoint is the API server itself. */
  private apiService(): void {
    const { flavour } = this;
    const address = controlPlane(flavour);
    const port = { name: 'https', port: 443, protocol: 'TCP' };
    const meta = (labels: Record<string, string>): ObjectMeta => ({ name: 'kubernetes', namespace: 'default', labels });
    this.put('services', '', {
      metadata: meta({ component: 'apiserver', provider: 'kubernetes' }),
      spec: { clusterIP: firstAddress(flavour.serviceCIDR), ports: [{ ...port, targetPort: 443 }] },
    });
    this.put('endpoints', '', {
      metadata: meta({ 'endpointslice.kubernetes.io/skip-mirror': 'true' }),
      subsets: [{ addresses: [{ ip: address }], ports: [port] }],
    });
    this.put('endpointslices', 'discovery.k8s.io', {
      metadata: meta({ 'kubernetes.io/service-name': 'kubernetes' }),
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [port],
    });
  }

  /** CoreDNS: a Deployment with its ReplicaSet, one pod on each of the first two nodes, and its Service. */
  private dns(): void {
    const { flavour } = this;
    const { account, config, service, deployment } = dnsObjects(flavour);
    this.put('serviceaccounts', '', account, 7);
    this.put('configmaps', '', config, 7);
    const owner = this.put('services', '', service, 7);
    const nodes = flavour.nodes.slice(0, 2);
    const replicas = nodes.length;
    const counts = { availableReplicas: replicas, readyReplicas: replicas, replicas, observedGeneration: 1 };
    const made = this.put('deployments', 'apps', deployment(replicas), 7);
    const template = made.spec?.['template'] as { metadata: ObjectMeta };
    const hash = templateHash(template, undefined);
    const labels = { ...template.metadata.labels, [HASH]: hash };
    const set = this.put(
      'replicasets',
      'apps',
      {
        metadata: {
          name: `coredns-${hash}`,
          namespace: 'kube-system',
          labels,
          annotations: { [DESIRED]: String(replicas), [MAXIMUM]: String(replicas + 1), [REVISION]: '1' },
          ownerReferences: [controllerReference(made)],
        },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { ...template, metadata: { ...template.metadata, labels } },
        },
      },
      7,
      { ...counts, fullyLabeledReplicas: replicas },
    );
    const condition = (type: string, reason: string, message: string, began: number) => ({
      lastTransitionTime: this.time(began),
      lastUpdateTime: this.time(14),
      message,
      reason,
      status: 'True',
      type,
    });
    this.api.overwrite(this.api.shelf('deployments', 'apps'), {
      ...made,
      metadata: { ...made.metadata, annotations: { ...made.metadata?.annotations, [REVISION]: '1' } },
      status: {
        ...counts,
        updatedReplicas: replicas,
        conditions: [
          condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', 14),
          condition(
            'Progressing',
            'NewReplicaSetAvailable',
            `ReplicaSet "coredns-${hash}" has successfully progressed.`,
            7,
          ),
        ],
      },
    } as KubeObject);
    const pods = nodes.map((node) =>
      this.pod(
        {
          metadata: {
            generateName: `coredns-${hash}-`,
            namespace: 'kube-system',
            labels,
            ownerReferences: [controllerReference(set)],
          },
          spec: { ...dnsTemplate().spec, nodeName: node.name },
        },
        node,
        node.systemPodIP,
        8,
      ),
    );
    this.dnsEndpoints(owner, pods.toReversed());
  }

  private dnsEndpoints(service: Made, pods: readonly (Pod & Made)[]): void {
    const { name = '', namespace = '', labels = {} } = service.metadata ?? {};
    const declared = (service.spec?.['ports'] ?? []) as { name: string; port: number; protocol: string }[];
    const ports = declared.map(({ name: port, port: number, protocol }) => ({ name: port, port: number, protocol }));
    const backends = pods.map((pod) => {
      const { nodeName = '' } = pod.spec ?? {};
      const zone = this.flavour.nodes.find((node) => node.name === nodeName)?.labels['topology.kubernetes.io/zone'];
      return { ip: pod.status?.podIP ?? '', nodeName, targetRef: targetRef(pod), zone };
    });
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': this.time(14) };
    this.put(
      'endpoints',
      '',
      {
        metadata: {
          name,
          namespace,
          annotations,
          labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
        },
        subsets: [{ addresses: backends.map(({ zone: _, ...address }) => address), ports }],
      },
      7,
    );
    this.put(
      'endpointslices',
      'discovery.k8s.io',
      {
        metadata: {
          generateName: `${name}-`,
          namespace,
          annotations,
          labels: {
            ...labels,
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
            'kubernetes.io/service-name': name,
          },
          ownerReferences: [controllerReference(service)],
        },
        addressType: 'IPv4',
        endpoints: backends.map(({ ip, nodeName, targetRef: ref, zone }) => ({
          addresses: [ip],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName,
          targetRef: ref,
          ...(zone === undefined ? {} : { zone }),
        })),
        ports,
      },
      7,
    );
  }

  /** A pod that has been running since it was made. */
  private pod(pod: Made, node: NodeSpec, ip: string, seconds: number): Pod & Made {
    const made: Pod & Made = this.put('pods', '', pod, seconds) as Pod & Made;
    const ready = this.time(seconds + 6);
    const condition = (type: string, at: string) => ({
      lastProbeTime: null,
      lastTransitionTime: at,
      status: 'True',
      type,
    });
    const began = this.time(seconds + 2);
    const containerStatuses = (made.spec?.containers ?? []).map((container) => {
      const { name, image = '' } = container;
      const pulled = this.runtime.pull(image);
      return {
        containerID: `containerd://${this.random.text(64, '0123456789abcdef')}`,
        image,
        imageID: pulled.ok ? pulled.imageId : '',
        lastState: {},
        name,
        ready: true,
        restartCount: 0,
        started: true,
        state: { running: { startedAt: began } },
      };
    });
    const running: KubeObject = {
      ...made,
      status: {
        conditions: [
          condition('PodReadyToStartContainers', began),
          condition('Initialized', this.time(seconds)),
          condition('Ready', ready),
          condition('ContainersReady', ready),
          condition('PodScheduled', this.time(seconds)),
        ],
        containerStatuses,
        hostIP: node.internalIP,
        hostIPs: [{ ip: node.internalIP }],
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        qosClass: made.status?.qosClass,
        startTime: this.time(seconds),
      },
    };
    this.api.overwrite(this.api.shelf('pods'), running);
    return running as Pod & Made;
  }
}

/** The first address of the Service range: the API server's. */
function firstAddress(cidr: string): string {
  return cidr.replace(/\d+\/\d+$/, (end) => String(Number(end.split('/')[0]) + 1));
}

/** The control plane's own address on the node network. */
function controlPlane(flavour: Flavour): string {
  return flavour.nodeNetwork.replace(/\d+\.\d+\/\d+$/, '0.2');
}
