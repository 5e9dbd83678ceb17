import type { KubeObject, Pod } from '../../api/types.ts';
import { type Case, inNamespace } from '../causes/cause.ts';
import type { PolicyDirection, PolicyObject, PolicyPeer } from '../policy.ts';
import type { CauseLink } from '../trace.ts';
import { change, type Fix, type Propose, run } from './fix.ts';

/** Labels that controllers give to pods: they differ from one generation of pods to the next. */
const GENERATED = ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation'];

/** Fixes of NetworkPolicies that let a packet not through. */
export const policies: Readonly<Record<string, Propose>> = {
  'policy.ingress-denied': (given, cause) => allow(given, cause, 'ingress'),
  'policy.egress-denied': (given, cause) => allow(given, cause, 'egress'),
};

function allow(given: Case, { object, facts }: CauseLink, direction: PolicyDirection): Fix[] {
  if (object === undefined) return [];
  const policy = given.network.clients
    .resource<PolicyObject>('networkpolicies', 'networking.k8s.io')
    .find(object.name, object.namespace);
  if (policy === undefined) return [];
  const { address = '', port = '', protocol = '' } = facts ?? {};
  const peer = peerAt(given, address, object.namespace);
  const rule = {
    [direction === 'ingress' ? 'from' : 'to']: [peer],
    ...(protocol === 'ICMP' ? {} : { ports: [{ protocol, port: Number(port) }] }),
  };
  const present = policy.spec?.[direction] !== undefined;
  const path = `/spec/${direction}`;
  const step = present
    ? ({ op: 'add', path: `${path}/-`, value: rule } as const)
    : ({ op: 'add', path, value: [rule] } as const);
  return [
    change('policy.allow', { ...object, fieldPath: `spec.${direction}` }, [step], { address, port, protocol }),
    run('policy.delete', [`kubectl delete networkpolicy ${object.name}${inNamespace(object.namespace)}`], {}, object),
  ];
}

/** The other end as a rule names it: a pod by its labels, anything else by its address. */
function peerAt(given: Case, address: string, namespace: string | undefined): PolicyPeer {
  const place = given.network.ownerOf(address)?.place;
  if (place?.at !== 'pod') return { ipBlock: { cidr: `${address}/32` } };
  const pod = given.network.clients.resource<Pod & KubeObject>('pods').find(place.pod, place.namespace);
  const labels = Object.entries(pod?.metadata?.labels ?? {}).filter(([key]) => !GENERATED.includes(key));
  const podSelector = labels.length === 0 ? {} : { matchLabels: Object.fromEntries(labels) };
  return place.namespace === namespace
    ? { podSelector }
    : {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': place.namespace } },
        podSelector,
      };
}
