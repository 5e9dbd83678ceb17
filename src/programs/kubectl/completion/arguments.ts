/** What the arguments of a command are, for the completion by Tab. */
export type Arguments =
  /** TYPE NAME... or TYPE/NAME..., of these types or of any; `once` takes a single object. */
  | { readonly kind: 'objects'; readonly types?: readonly string[]; readonly once?: boolean }
  /** A pod, or TYPE/NAME of what has pods; then its containers or its ports. */
  | { readonly kind: 'pod'; readonly after?: 'container' | 'port' }
  /** The name of one object of a type. */
  | { readonly kind: 'name'; readonly type: string; readonly many?: boolean }
  | { readonly kind: 'types' }
  | { readonly kind: 'contexts' | 'clusters' | 'users' };

const ANY: Arguments = { kind: 'objects' };
const NODE: Arguments = { kind: 'name', type: 'nodes' };
const CONTEXT: Arguments = { kind: 'contexts' };
const WORKLOADS = ['deployments', 'daemonsets', 'statefulsets'];

export const ARGUMENTS: Readonly<Record<string, Arguments>> = {
  get: ANY,
  describe: ANY,
  delete: ANY,
  edit: ANY,
  patch: ANY,
  label: ANY,
  annotate: ANY,
  debug: ANY,
  wait: ANY,
  explain: { kind: 'types' },
  'apply view-last-applied': ANY,
  'apply edit-last-applied': ANY,
  attach: { kind: 'pod' },
  exec: { kind: 'pod' },
  logs: { kind: 'pod', after: 'container' },
  'port-forward': { kind: 'pod', after: 'port' },
  cordon: NODE,
  uncordon: NODE,
  drain: NODE,
  taint: { kind: 'objects', types: ['node'] },
  'top node': NODE,
  'top pod': { kind: 'name', type: 'pods' },
  'create token': { kind: 'name', type: 'serviceaccounts' },
  scale: { kind: 'objects', types: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'] },
  autoscale: { kind: 'objects', types: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'] },
  expose: { kind: 'objects', types: ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'] },
  'rollout history': { kind: 'objects', types: WORKLOADS },
  'rollout pause': { kind: 'objects', types: ['deployments'] },
  'rollout restart': { kind: 'objects', types: WORKLOADS },
  'rollout resume': { kind: 'objects', types: ['deployments'] },
  'rollout status': { kind: 'objects', types: WORKLOADS, once: true },
  'rollout undo': { kind: 'objects', types: WORKLOADS },
  'set env': ANY,
  'set image': {
    kind: 'objects',
    types: [
      'cronjobs',
      'daemonsets',
      'deployments',
      'jobs',
      'pods',
      'replicasets',
      'replicationcontrollers',
      'statefulsets',
    ],
    once: true,
  },
  'set resources': ANY,
  'set selector': ANY,
  'set serviceaccount': ANY,
  'set subject': ANY,
  'config use-context': CONTEXT,
  'config set-context': CONTEXT,
  'config delete-context': CONTEXT,
  'config rename-context': CONTEXT,
  'config get-contexts': CONTEXT,
  'config delete-cluster': { kind: 'clusters' },
  'config set-cluster': { kind: 'clusters' },
  'config delete-user': { kind: 'users' },
  'config set-credentials': { kind: 'users' },
};

/** The types whose objects have pods, as `logs` and `exec` take them. */
export const TYPES_WITH_PODS = [
  'daemonsets',
  'deployments',
  'pods',
  'jobs',
  'replicasets',
  'replicationcontrollers',
  'services',
  'statefulsets',
];

/** The values of flags that have few. One that wants more after it, as `jsonpath=`, ends in no space. */
export const FLAG_VALUES: Readonly<Record<string, readonly string[]>> = {
  output: [
    'json ',
    'yaml ',
    'name ',
    'wide ',
    'custom-columns=',
    'custom-columns-file=',
    'go-template=',
    'go-template-file=',
    'jsonpath=',
    'jsonpath-as-json=',
    'jsonpath-file=',
  ],
  cascade: ['background ', 'foreground ', 'orphan '],
  'dry-run': ['client ', 'none ', 'server '],
  restart: ['Always ', 'Never ', 'OnFailure '],
  validate: ['ignore ', 'strict ', 'warn '],
  subresource: ['status ', 'scale ', 'resize '],
};
