import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Node } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';

type NodeObject = Node & KubeObject;

function address(object: NodeObject, type: string): string {
  return object.status?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
}

function roles(object: NodeObject): string {
  const found = Object.entries(object.metadata?.labels ?? {}).flatMap(([key, value]) =>
    key.startsWith('node-role.kubernetes.io/')
      ? key.slice('node-role.kubernetes.io/'.length)
      : key === 'kubernetes.io/role' && value !== ''
        ? value
        : [],
  );
  return found.length === 0 ? '<none>' : found.sort().join(',');
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
  validate(object) {
    const found = new Problems();
    for (const [index, taint] of (object.spec?.taints ?? []).entries()) {
      if (!['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(taint.effect))
        found.unsupported(`metadata.taints[${index}].effect`, taint.effect, [
          'NoExecute',
          'NoSchedule',
          'PreferNoSchedule',
        ]);
    }
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (old.spec?.podCIDR !== undefined && object.spec?.podCIDR !== old.spec.podCIDR)
      found.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
    return found.list;
  },
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
      description: 'Name must be unique within a namespace.',
    },
    { name: 'Status', type: 'string', priority: 0, description: 'The status of the node' },
    { name: 'Roles', type: 'string', priority: 0, description: 'The roles of the node' },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    },
    { name: 'Version', type: 'string', priority: 0, description: 'Kubelet Version reported by the node.' },
    { name: 'Internal-IP', type: 'string', priority: 1, description: 'List of addresses reachable to the node.' },
    { name: 'External-IP', type: 'string', priority: 1, description: 'List of addresses reachable to the node.' },
    {
      name: 'OS-Image',
      type: 'string',
      priority: 1,
      description: 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
    },
    {
      name: 'Kernel-Version',
      type: 'string',
      priority: 1,
      description: "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
    },
    {
      name: 'Container-Runtime',
      type: 'string',
      priority: 1,
      description:
        'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    },
  ],
  row(object, now) {
    const ready = object.status?.conditions?.find((condition) => condition.type === 'Ready');
    const status = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
    if (object.spec?.unschedulable === true) status.push('SchedulingDisabled');
    const info = object.status?.nodeInfo;
    return [
      object.metadata?.name ?? '',
      status.join(','),
      roles(object),
      age(object.metadata?.creationTimestamp, now),
      info?.kubeletVersion ?? '',
      address(object, 'InternalIP'),
      address(object, 'ExternalIP'),
      info?.osImage ?? '<unknown>',
      info?.kernelVersion ?? '<unknown>',
      info?.containerRuntimeVersion ?? '<unknown>',
    ];
  },
};
