import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Node } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems, rules } from './fields.ts';
import { checkCIDR } from './ip.ts';
import { checkEffect } from './podspec/scheduling.ts';
import { canonicalize } from './quantity.ts';
import { AGE, column, NAME, wide } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type NodeObject = Node & KubeObject;

const ROLE = 'node-role.kubernetes.io/';
const OLD_ROLE = 'kubernetes.io/role';

/** findNodeRoles: the names that a node's labels give it, in order; `<none>` for none. */
export function nodeRoles(object: Pick<NodeObject, 'metadata'>): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(object.metadata?.labels ?? {})) {
    if (key.startsWith(ROLE) && key !== ROLE) found.add(key.slice(ROLE.length));
    else if (key === OLD_ROLE && value !== '') found.add(value);
  }
  return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

function address(object: NodeObject, type: string): string {
  return object.status?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
}

export const node: KindDefinition<NodeObject> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['proxy', 'status'],
  selectableFields: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  setDefaults(object) {
    object.spec ??= {};
    canonicalize(object.status?.capacity);
    canonicalize(object.status?.allocatable);
  },
  validate(object) {
    const found = new Problems();
    const seen = new Set<string>();
    for (const [index, taint] of (object.spec?.taints ?? []).entries()) {
      const at = `metadata.taints[${index}]`;
      found.check(`${at}.key`, taint.key ?? '', rules.qualifiedName);
      const wrong = rules.labelValue(taint.value ?? '');
      if (wrong.length > 0) found.invalid(`${at}.value`, taint.value, wrong.join(';'));
      if (!taint.effect) found.required(`${at}.effect`);
      else checkEffect(`${at}.effect`, taint.effect, found);
      const key = `${taint.key}:${taint.effect}`;
      if (seen.has(key)) {
        found.duplicate(at, { key: taint.key, effect: taint.effect });
        const twin = found.list.at(-1);
        if (twin !== undefined)
          found.list[found.list.length - 1] = { ...twin, detail: 'taints must be unique by key and effect pair' };
      }
      seen.add(key);
    }
    for (const [index, cidr] of (object.spec?.podCIDRs ?? []).entries())
      checkCIDR(`spec.podCIDRs[${index}]`, cidr, found);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    const [now, before] = [object.spec ?? {}, old.spec ?? {}];
    if ((before.podCIDRs ?? []).length > 0 && !same(now.podCIDRs, before.podCIDRs))
      found.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
    if (before.providerID && now.providerID !== before.providerID)
      found.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
    return found.list;
  },
  warnings: (object, old) => unsimulatedWarnings('', object, old, OBJECT_FIELDS['Node'] ?? []),
  columns: [
    NAME,
    column('Status', 'The status of the node'),
    column('Roles', 'The roles of the node'),
    AGE,
    column('Version', 'Kubelet Version reported by the node.'),
    wide('Internal-IP', 'List of addresses reachable to the node. Queried from cloud provider, if available.'),
    wide('External-IP', 'List of addresses reachable to the node. Queried from cloud provider, if available.'),
    wide('OS-Image', 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).'),
    wide('Kernel-Version', "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
    wide(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    ),
  ],
  row(object, now) {
    const ready = object.status?.conditions?.find((condition) => condition.type === 'Ready');
    const status = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
    if (object.spec?.unschedulable === true) status.push('SchedulingDisabled');
    const info = object.status?.nodeInfo;
    return [
      object.metadata?.name ?? '',
      status.join(','),
      nodeRoles(object),
      age(object.metadata?.creationTimestamp, now),
      info?.kubeletVersion ?? '',
      address(object, 'InternalIP'),
      address(object, 'ExternalIP'),
      info?.osImage || '<unknown>',
      info?.kernelVersion || '<unknown>',
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
};
