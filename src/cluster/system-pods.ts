import type { KubeObject, PodSpec } from './api/types.ts';
import type { Flavour } from './flavours/flavour.ts';
import { mirrorAnnotations } from './kubelet/static-pods.ts';

export const COREDNS = 'registry.k8s.io/coredns/coredns:v1.12.0';
export const KUBE_PROXY = 'registry.k8s.io/kube-proxy-amd64:v1.33.4';
const PAUSE = 'registry.k8s.io/pause:3.10';

/** Images that are on every node from the start. */
export const SYSTEM_IMAGES: readonly string[] = [COREDNS, KUBE_PROXY, PAUSE];

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

const LABELS = { 'k8s-app': 'kube-dns' };
const NAMESPACE = 'kube-system';

/** The template of CoreDNS' pods, as kube-up's add-on has it. */
export function dnsTemplate(): { metadata: { labels: Record<string, string> }; spec: PodSpec } {
  return {
    metadata: { labels: { ...LABELS } },
    spec: {
      containers: [
        {
          name: 'coredns',
          image: COREDNS,
          imagePullPolicy: 'IfNotPresent',
          args: ['-conf', '/etc/coredns/Corefile'],
          resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
          ports: [
            { containerPort: 53, name: 'dns', protocol: 'UDP' },
            { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
            { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
          ],
          livenessProbe: {
            failureThreshold: 5,
            httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
            initialDelaySeconds: 60,
            successThreshold: 1,
            timeoutSeconds: 5,
          },
          readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          volumeMounts: [{ mountPath: '/etc/coredns', name: 'config-volume', readOnly: true }],
        },
      ],
      dnsPolicy: 'Default',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      priorityClassName: 'system-cluster-critical',
      serviceAccountName: 'coredns',
      tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
      volumes: [
        { configMap: { items: [{ key: 'Corefile', path: 'Corefile' }], name: 'coredns' }, name: 'config-volume' },
      ],
    },
  };
}

/** What CoreDNS is made of, besides its pods. */
export function dnsObjects(flavour: Flavour) {
  const labels = { ...LABELS, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
  return {
    account: { metadata: { name: 'coredns', namespace: NAMESPACE } },
    config: { metadata: { name: 'coredns', namespace: NAMESPACE }, data: { Corefile: COREFILE } },
    service: {
      metadata: { name: 'kube-dns', namespace: NAMESPACE, labels },
      spec: {
        clusterIP: flavour.dnsIP,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        ],
        selector: { ...LABELS },
      },
    },
    deployment: (replicas: number) => ({
      metadata: { name: 'coredns', namespace: NAMESPACE, labels: { ...LABELS, 'kubernetes.io/name': 'CoreDNS' } },
      spec: {
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: { ...LABELS } },
        template: dnsTemplate(),
      },
    }),
  };
}

/** The mirror of a node's kube-proxy, which the kubelet runs from a file. */
export function proxyPod(
  node: string,
  owner: KubeObject,
  seen: string,
): KubeObject & { spec: Record<string, unknown> } {
  return {
    metadata: {
      name: `kube-proxy-${node}`,
      namespace: NAMESPACE,
      annotations: mirrorAnnotations('3f1c5a7d9e0b42688c6d1a2f4b7e9c05', seen),
      labels: { component: 'kube-proxy', tier: 'node' },
      ownerReferences: [
        { apiVersion: 'v1', controller: true, kind: 'Node', name: node, uid: owner.metadata?.uid ?? '' },
      ],
    },
    spec: {
      containers: [
        {
          name: 'kube-proxy',
          image: KUBE_PROXY,
          imagePullPolicy: 'IfNotPresent',
          resources: { requests: { cpu: '100m' } },
          securityContext: { privileged: true },
        },
      ],
      enableServiceLinks: true,
      hostNetwork: true,
      nodeName: node,
      priorityClassName: 'system-node-critical',
      tolerations: [
        { effect: 'NoExecute', operator: 'Exists' },
        { effect: 'NoSchedule', operator: 'Exists' },
      ],
    },
  };
}
