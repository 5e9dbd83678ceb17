import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { checkCIDR, ipv4Number, parseCIDR } from './ip.ts';
import { checkSelector, formatSelector } from './labels.ts';
import { AGE, column, NAME } from './table.ts';

type PolicyObject = NetworkPolicy & KubeObject;
type Spec = NonNullable<NetworkPolicy['spec']>;
type Ingress = NonNullable<Spec['ingress']>[number];
type Peer = NonNullable<Ingress['from']>[number];
type Port = NonNullable<Ingress['ports']>[number];

export const networkPolicy: KindDefinition<PolicyObject> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  generation: true,
  setDefaults(object) {
    object.spec ??= {} as Spec;
    const { spec } = object;
    spec.podSelector ??= {};
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
    if ((spec.policyTypes ?? []).length === 0)
      spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    checkSelector('spec.podSelector', spec.podSelector, found);
    for (const [index, rule] of (spec.ingress ?? []).entries()) {
      checkPorts(`spec.ingress[${index}].ports`, rule.ports, found);
      for (const [number, peer] of (rule.from ?? []).entries())
        checkPeer(`spec.ingress[${index}].from[${number}]`, peer, found);
    }
    for (const [index, rule] of (spec.egress ?? []).entries()) {
      checkPorts(`spec.egress[${index}].ports`, rule.ports, found);
      for (const [number, peer] of (rule.to ?? []).entries())
        checkPeer(`spec.egress[${index}].to[${number}]`, peer, found);
    }
    const types = spec.policyTypes ?? [];
    if (types.length > 2) found.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes');
    else
      for (const [index, type] of types.entries())
        if (type !== 'Ingress' && type !== 'Egress')
          found.unsupported(`spec.policyTypes[${index}]`, type, ['Egress', 'Ingress']);
    return found.list;
  },
  columns: [
    NAME,
    column('Pod-Selector', 'podSelector selects the pods to which this NetworkPolicy object applies.'),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    formatSelector(object.spec?.podSelector),
    age(object.metadata?.creationTimestamp, now),
  ],
};

/** ValidateNetworkPolicyPort */
function checkPorts(path: string, ports: readonly Port[] | undefined, found: Problems): void {
  for (const [index, { port, endPort, protocol }] of (ports ?? []).entries()) {
    const at = `${path}[${index}]`;
    if (protocol && !['TCP', 'UDP', 'SCTP'].includes(protocol))
      found.unsupported(`${at}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']);
    if (port === undefined || port === null) {
      if (endPort) found.required(`${at}.port`, 'must be specified when `endPort` is specified');
      continue;
    }
    found.portOrName(`${at}.port`, port as number | string);
    if (!endPort) continue;
    if (typeof port === 'string')
      found.invalid(`${at}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
    else if (endPort < (port as number))
      found.invalid(`${at}.endPort`, endPort, 'must be greater than or equal to `port`');
    found.port(`${at}.endPort`, endPort);
  }
}

/** ValidateNetworkPolicyPeer */
function checkPeer(at: string, peer: Peer, found: Problems): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  checkSelector(`${at}.podSelector`, podSelector, found);
  checkSelector(`${at}.namespaceSelector`, namespaceSelector, found);
  if (ipBlock) {
    if (!ipBlock.cidr) found.required(`${at}.ipBlock.cidr`);
    else if (checkCIDR(`${at}.ipBlock.cidr`, ipBlock.cidr, found))
      for (const [index, except] of (ipBlock.except ?? []).entries()) {
        const where = `${at}.ipBlock.except[${index}]`;
        if (checkCIDR(where, except, found) && !strictlyInside(except, ipBlock.cidr))
          found.invalid(where, except, 'must be a strict subset of `cidr`');
      }
    if (podSelector || namespaceSelector) found.forbidden(at, 'may not specify both ipBlock and another peer');
  }
  if (!podSelector && !namespaceSelector && !ipBlock) found.required(at, 'must specify a peer');
}

function strictlyInside(inner: string, outer: string): boolean {
  const [a, b] = [parseCIDR(inner), parseCIDR(outer)];
  if (a === undefined || b === undefined || a.bits <= b.bits || a.ip.includes(':')) return a?.ip.includes(':') === true;
  const size = 2 ** (32 - b.bits);
  return Math.floor(ipv4Number(a.ip) / size) === Math.floor(ipv4Number(b.ip) / size);
}
