import type { Clients } from '../cluster/api/client.ts';
import type { KubeObject, Node, Pod, Service } from '../cluster/api/types.ts';

/** Addresses that a lesson's commands name in angle brackets, as the tutorial does, and how they are found. */
const PLACEHOLDERS: Readonly<Record<string, (clients: Clients, service: string) => string | undefined>> = {
  'CLUSTER-IP': (clients, name) => findService(clients, name)?.spec?.clusterIP,
  'NODE-PORT': (clients, name) => {
    const ports = findService(clients, name)?.spec?.ports ?? [];
    return (ports.find((port) => port.name === 'https') ?? ports[0])?.nodePort?.toString();
  },
  'EXTERNAL-IP': (clients, name) => {
    const ingress = (findService(clients, name) ?? loadBalanced(clients))?.status?.loadBalancer?.ingress?.[0];
    if (ingress !== undefined) return ingress.ip ?? ingress.hostname;
    const node = clients.resource<Node & KubeObject>('nodes').list()[0];
    return node?.status?.addresses?.find((address) => address.type === 'ExternalIP')?.address;
  },
  'POD-IP': (clients) => readyPods(clients)[0]?.status?.podIP,
  'OTHER-POD-IP': (clients) => readyPods(clients)[1]?.status?.podIP,
  POD: (clients) => readyPods(clients)[0]?.metadata?.name,
};

/**
 * The command with `<CLUSTER-IP>`, `<POD-IP>` and their like replaced by what they are now. A placeholder that stands for
 * nothing yet stays, so that the learner sees what is missing.
 */
export function fillPlaceholders(command: string, clients: Clients, service = 'my-nginx'): string {
  return command.replace(/<([A-Z-]+)>/g, (whole, name: string) => PLACEHOLDERS[name]?.(clients, service) ?? whole);
}

function findService(clients: Clients, name: string): Service | undefined {
  return clients.resource<Service & KubeObject>('services').find(name, 'default');
}

/** The one Service with a load balancer, where none has the tutorial's name. */
function loadBalanced(clients: Clients): Service | undefined {
  return clients
    .resource<Service & KubeObject>('services')
    .list({ namespace: 'default' })
    .find((service) => service.spec?.type === 'LoadBalancer');
}

function readyPods(clients: Clients): Pod[] {
  return clients
    .resource<Pod & KubeObject>('pods')
    .list({ namespace: 'default' })
    .filter(
      (pod) =>
        pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true,
    );
}
