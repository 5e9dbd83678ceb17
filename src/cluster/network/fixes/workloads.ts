import type { KubeObject, Node, ObjectRef } from '../../api/types.ts';
import { type Case, closestWord, inNamespace, type PodObject } from '../causes/cause.ts';
import { configOf, mountedText } from '../causes/mounts.ts';
import { type Workload, workloadOf, workloadsIn } from '../causes/workloads.ts';
import type { CauseLink } from '../trace.ts';
import { mendedConfig } from './configuration.ts';
import { change, type Fix, type PatchStep, type Propose, pointer, quoted, run } from './fix.ts';

/** Images that everybody knows, for slips of the finger. */
const FAMOUS = [
  'nginx',
  'busybox',
  'httpd',
  'redis',
  'postgres',
  'mysql',
  'alpine',
  'debian',
  'ubuntu',
  'curlimages/curl',
];

function podNamed(given: Case, name: string | undefined, namespace: string | undefined): PodObject | undefined {
  return name === undefined
    ? undefined
    : given.network.clients.resource<PodObject>('pods').find(name, namespace ?? 'default');
}

function workloadAt(given: Case, object: ObjectRef | undefined): Workload | undefined {
  if (object === undefined) return undefined;
  const pods = given.network.clients.resource<PodObject>('pods').list({ namespace: object.namespace ?? 'default' });
  return workloadsIn(given, object.namespace ?? 'default', pods).find(
    (each) => each.ref.kind === object.kind && each.ref.name === object.name,
  );
}

/**
 * Changes the template of a workload. A pod that stands alone takes almost no change of its spec, so it is made anew.
 */
function reshape(
  code: Parameters<typeof change>[0],
  object: ObjectRef,
  patch: readonly PatchStep[],
  facts: Readonly<Record<string, string>> = {},
): Fix {
  if (object.kind !== 'Pod' || patch.every((step) => step.path.endsWith('/image')))
    return change(code, object, patch, facts);
  const where = inNamespace(object.namespace);
  return {
    ...change(code, object, patch, facts),
    commands: [
      `kubectl get pod ${object.name}${where} -o yaml > /tmp/${object.name}.yaml`,
      `kubectl patch --local -f /tmp/${object.name}.yaml --type=json -p ${quoted(JSON.stringify(patch))} -o yaml | kubectl replace --force -f -`,
    ],
  };
}

/** New pods in place of those that are there. */
export function restart(given: Pick<Case, 'network'>, pod: PodObject | undefined): string[] {
  if (pod === undefined) return [];
  const made = workloadOf(given, pod);
  const where = inNamespace(made.ref.namespace);
  if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(made.ref.kind))
    return [`kubectl rollout restart ${made.ref.kind.toLowerCase()} ${made.ref.name}${where}`];
  return made.ref.kind === 'Pod'
    ? [`kubectl get pod ${made.ref.name}${where} -o yaml | kubectl replace --force -f -`]
    : [`kubectl delete pod ${pod.metadata?.name}${where}`];
}

/** Back to the last template that worked, where a Deployment remembers one. */
function undo(given: Case, made: Workload | undefined): Fix[] {
  if (made?.ref.kind !== 'Deployment') return [];
  const sets = given.network.clients.resource<KubeObject>('replicasets', 'apps').ownedBy(made.ref.uid ?? '');
  if (sets.length < 2) return [];
  return [
    run(
      'rollout.undo',
      [`kubectl rollout undo deployment ${made.ref.name}${inNamespace(made.ref.namespace)}`],
      { name: made.ref.name },
      made.ref,
    ),
  ];
}

/** The image that was meant: another tag of one that exists, or a name that is nearly the same. */
function setImage(given: Case, cause: CauseLink): Fix[] {
  const { object, facts = {} } = cause;
  const image = facts['image'] ?? '';
  const path = object?.fieldPath ?? '';
  if (object === undefined || path === '') return [];
  const [, repository = image, tag] = /^(.*?)(?::([\w][\w.-]*))?$/.exec(image) ?? [];
  const seen = given.network.clients
    .resource<Node & KubeObject>('nodes')
    .list()
    .flatMap((node) => (node.status?.images ?? []).flatMap((each) => each.names ?? []));
  const running = given.network.clients
    .resource<PodObject>('pods')
    .list()
    .flatMap((pod) => (pod.status?.containerStatuses ?? []).flatMap((each) => (each.ready === true ? each.image : [])));
  const known = [...new Set([...running, ...FAMOUS, ...seen.filter((each) => !each.includes('@'))])];
  const repositories = known.map((each) => each.replace(/:[^:/]*$/, ''));
  const values: string[] = [];
  const exact = known.find((each) => each.replace(/:[^:/]*$/, '') === repository && each !== image);
  if (repositories.includes(repository) || /: not found$/.test(facts['message'] ?? ''))
    values.push(exact ?? (tag === undefined ? repository : `${repository}:latest`), repository);
  else {
    const near = closestWord(repository, repositories);
    const whole = known.find((each) => each.replace(/:[^:/]*$/, '') === near);
    if (near !== undefined && whole !== undefined) values.push(whole, near);
  }
  const made = workloadAt(given, object);
  return [
    ...[...new Set(values)].map((value) =>
      change('image.set', object, [{ op: 'replace', path: pointer(path), value }], { value }),
    ),
    ...undo(given, made),
  ];
}

/** The container's declared port, else one on which it listens. */
function setProbePort(_: Case, cause: CauseLink): Fix[] {
  const { object, facts = {} } = cause;
  const path = object?.fieldPath ?? '';
  if (object === undefined || path === '') return [];
  const open = (facts['listens'] ?? '').split(',').filter((each) => each !== '');
  return [
    ...open.slice(0, 2).map((port) =>
      reshape('probe.set-port', object, [{ op: 'replace', path: pointer(path), value: Number(port) }], {
        value: port,
      }),
    ),
    ...dropProbe(object, path),
  ];
}

function dropProbe(object: ObjectRef, path: string): Fix[] {
  const probe = /^(.*\.(?:readiness|liveness|startup)Probe)/.exec(path)?.[1];
  return probe === undefined
    ? []
    : [reshape('probe.remove', { ...object, fieldPath: probe }, [{ op: 'remove', path: pointer(probe) }])];
}

function setReference(kind: 'Secret' | 'ConfigMap'): Propose {
  return (given, cause) => {
    const { object, facts = {} } = cause;
    const { name = '', similar } = facts;
    const path = object?.fieldPath ?? '';
    const fixes: Fix[] = [];
    if (similar !== undefined && object !== undefined && path !== '')
      fixes.push(
        reshape('reference.set', object, [{ op: 'replace', path: pointer(path), value: similar }], { value: similar }),
      );
    const made = workloadAt(given, object);
    const keys = made === undefined ? [] : keysOf(made, kind, name);
    const literals = keys.map((key) => ` --from-literal=${key}=value`).join('');
    fixes.push(
      run(
        kind === 'Secret' ? 'secret.create' : 'configmap.create',
        [
          `kubectl create ${kind === 'Secret' ? 'secret generic' : 'configmap'} ${name}${literals}${inNamespace(object?.namespace)}`,
        ],
        { name, keys: keys.join(', ') },
        object,
      ),
      ...undo(given, made),
    );
    return fixes;
  };
}

/** The keys of a Secret or ConfigMap that a pod names. */
function keysOf(made: Workload, kind: 'Secret' | 'ConfigMap', name: string): string[] {
  const keys = new Set<string>();
  for (const container of made.spec.containers)
    for (const { valueFrom } of container.env ?? []) {
      const from = kind === 'Secret' ? valueFrom?.secretKeyRef : valueFrom?.configMapKeyRef;
      if (from?.name === name) keys.add(from.key);
    }
  for (const volume of made.spec.volumes ?? []) {
    const items =
      kind === 'Secret'
        ? volume.secret?.secretName === name && volume.secret.items
        : volume.configMap?.name === name && volume.configMap.items;
    for (const item of items || []) keys.add(item.key);
  }
  return [...keys];
}

/** A key that is missing: another key's value under its name, or a value of its own. */
function addKey(kind: 'Secret' | 'ConfigMap'): Propose {
  return (given, cause) => {
    const { object, facts = {} } = cause;
    const { name = '', key = '', similar } = facts;
    if (object === undefined) return [];
    const namespace = object.namespace ?? 'default';
    const data = configOf(given, kind, name, namespace)?.data ?? {};
    // A key is never a certificate, however much their names are alike.
    const from = /\.[a-z]+$/.test(key) ? likely(key, data) : similar;
    const value = from === undefined ? undefined : data[from];
    const target: ObjectRef = { kind, name, namespace, fieldPath: `data.${key}` };
    const pods = podsUsing(given, namespace, kind, name);
    if (value === undefined)
      return kind === 'Secret'
        ? []
        : [
            change(
              'key.add',
              target,
              [{ op: 'add', path: pointer('data', key), value: 'value' }],
              { key },
              restart(given, pods[0]),
            ),
          ];
    return [
      change(
        'key.copy',
        target,
        [{ op: 'add', path: pointer('data', key), value }],
        { key, from: from ?? '' },
        restart(given, pods[0]),
      ),
    ];
  };
}

/** The key that holds what was looked for under another name: `tls.crt` for `nginx.crt`. */
function likely(key: string, data: Readonly<Record<string, string>>): string | undefined {
  const ending = /\.[a-z]+$/.exec(key)?.[0];
  return ending === undefined ? undefined : Object.keys(data).find((each) => each.endsWith(ending));
}

function podsUsing(given: Case, namespace: string, kind: 'Secret' | 'ConfigMap', name: string): PodObject[] {
  return given.network.clients
    .resource<PodObject>('pods')
    .list({ namespace })
    .filter(
      (pod) =>
        pod.spec?.volumes?.some((each) =>
          kind === 'Secret' ? each.secret?.secretName === name : each.configMap?.name === name,
        ) === true ||
        pod.spec?.containers.some((container) =>
          container.env?.some(({ valueFrom }) =>
            kind === 'Secret' ? valueFrom?.secretKeyRef?.name === name : valueFrom?.configMapKeyRef?.name === name,
          ),
        ) === true,
    );
}

/** A new key and a certificate that belong together, under the names that the Secret has for them. */
function renewKeys(given: Case, { object, facts = {} }: CauseLink): Fix[] {
  const { name = '', key = '' } = facts;
  if (object?.kind !== 'Secret') return [];
  const namespace = object.namespace ?? 'default';
  const secret = configOf(given, 'Secret', name, namespace);
  const names = Object.keys(secret?.data ?? {});
  const crt = names.find((each) => each.endsWith('.crt')) ?? (key.endsWith('.crt') ? key : undefined);
  const own = names.find((each) => each.endsWith('.key')) ?? (key.endsWith('.key') ? key : undefined);
  if (secret === undefined || crt === undefined || own === undefined) return [];
  const host = given.trace.service?.name ?? name;
  const files = `--from-file=${crt}=/tmp/${name}.crt --from-file=${own}=/tmp/${name}.key`;
  const what =
    secret['type'] === 'kubernetes.io/tls'
      ? `tls ${name} --cert=/tmp/${name}.crt --key=/tmp/${name}.key`
      : `generic ${name} ${files}`;
  const [pod] = podsUsing(given, namespace, 'Secret', name);
  return [
    run(
      'keys.renew',
      [
        `openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout /tmp/${name}.key -out /tmp/${name}.crt -subj /CN=${host}/O=${host}`,
        `kubectl create secret ${what}${inNamespace(namespace)} --dry-run=client -o yaml | kubectl apply -f -`,
        ...restart(given, pod),
      ],
      { name },
      { kind: 'Secret', name, namespace },
    ),
  ];
}

/** Fixes of causes that lie in what makes the pods. */
export const workloads: Readonly<Record<string, Propose>> = {
  'deployment.scaled-to-zero': (_, { object }) =>
    object === undefined
      ? []
      : [
          change(
            'replicas.set',
            { ...object, fieldPath: 'spec.replicas' },
            [{ op: 'replace', path: '/spec/replicas', value: 2 }],
            { value: '2' },
          ),
        ],
  'image.not-pulled': setImage,
  'secret.missing': setReference('Secret'),
  'configmap.missing': setReference('ConfigMap'),
  'secret.key-missing': addKey('Secret'),
  'configmap.key-missing': addKey('ConfigMap'),
  'probe.port-wrong': setProbePort,
  'probe.path-wrong': (_, cause) => {
    const { object } = cause;
    const path = object?.fieldPath ?? '';
    if (object === undefined || path === '') return [];
    return [
      reshape('probe.set-path', object, [{ op: 'replace', path: pointer(path), value: '/' }], { value: '/' }),
      ...dropProbe(object, path),
    ];
  },
  'probe.command-fails': (_, { object }) => (object === undefined ? [] : dropProbe(object, object.fieldPath ?? '')),
  'probe.failing': (_, { object }) => (object === undefined ? [] : dropProbe(object, object.fieldPath ?? '')),
  'probe.waiting': (_, { object }) =>
    object === undefined
      ? []
      : [
          run(
            'wait',
            [`kubectl wait --for=condition=Ready pod --all --timeout=120s${inNamespace(object.namespace)}`],
            {},
          ),
          ...dropProbe(object, object.fieldPath ?? ''),
        ],
  'node-selector.no-node': (_, { object }) =>
    object === undefined
      ? []
      : [reshape('node-selector.remove', object, [{ op: 'remove', path: pointer(object.fieldPath ?? '') }])],
  'affinity.no-node': (_, { object }) =>
    object === undefined
      ? []
      : [reshape('affinity.remove', object, [{ op: 'remove', path: pointer(object.fieldPath ?? '') }])],
  'scheduler.unknown': (_, { object }) =>
    object === undefined
      ? []
      : [
          reshape('scheduler.default', object, [
            { op: 'replace', path: pointer(object.fieldPath ?? ''), value: 'default-scheduler' },
          ]),
        ],
  'requests.too-large': (_, { object, facts }) =>
    object === undefined
      ? []
      : [
          reshape(
            'requests.lower',
            object,
            [
              {
                op: 'replace',
                path: pointer(object.fieldPath ?? ''),
                value: facts?.['resource'] === 'cpu' ? '100m' : '64Mi',
              },
            ],
            { value: facts?.['resource'] === 'cpu' ? '100m' : '64Mi' },
          ),
        ],
  'config.invalid': (given, { object, facts = {} }) => {
    const { name = '', key = '', line = '', message = '' } = facts;
    if (object === undefined || object.kind !== 'ConfigMap') return [];
    const namespace = object.namespace ?? 'default';
    const text = configOf(given, 'ConfigMap', name, namespace)?.data?.[key];
    const [pod] = podsUsing(given, namespace, 'ConfigMap', name);
    if (text === undefined) return [];
    return mendedConfig(text, Number(line), message).map((mended) =>
      change(
        'config.set',
        { ...object, fieldPath: `data.${key}` },
        [{ op: 'replace', path: pointer('data', key), value: mended.text }],
        { key, line, before: mended.before, after: mended.after },
        restart(given, pod),
      ),
    );
  },
  'config.loopback': (given, { object, facts = {} }) => {
    const { key = '', port = '', line = '' } = facts;
    if (object === undefined) return [];
    const pod = podNamed(given, given.trace.endpoint?.name, given.trace.endpoint?.namespace) ?? podAt(given);
    const found = pod === undefined ? undefined : mountedText(given, pod, (text) => text.includes(`:${port}`));
    if (found === undefined) return [];
    const bound = new RegExp(`(127\\.0\\.0\\.1|localhost):${port}\\b`, 'g');
    const before = found.text.split('\n')[Number(line) - 1]?.trim() ?? '';
    return [
      change(
        'config.set',
        { ...object, fieldPath: `data.${key}` },
        [{ op: 'replace', path: pointer('data', key), value: found.text.replace(bound, port) }],
        { key, line, before, after: before.replace(bound, port) },
        restart(given, pod),
      ),
    ];
  },
  'key.mismatched': renewKeys,
  'key.broken': renewKeys,
  'certificate.broken': renewKeys,
  'container.listens-nowhere': (given, { object }) => undo(given, workloadAt(given, object)),
  'container.crashed': (given, { object, facts = {} }) => {
    const pod = podNamed(given, facts['pod'], object?.namespace);
    return pod === undefined ? [] : undo(given, workloadOf(given, pod));
  },
  'init.fails': dropInit,
  'account.missing': (_, { object, facts = {} }) => {
    const { name = '' } = facts;
    if (object === undefined) return [];
    const where = inNamespace(object.namespace);
    return [
      run(
        'account.create',
        [
          `kubectl create serviceaccount ${name}${where}`,
          // The controller waits longer after each attempt that failed; a new rollout begins at once.
          `kubectl rollout restart ${object.kind.toLowerCase()} ${object.name}${where}`,
        ],
        { name },
        object,
      ),
    ];
  },
  'command.not-found': dropCommand,
  'command.ends': dropCommand,
  'pod.finished': dropCommand,
  'rules.late': () => [run('wait', ['sleep 1'], { seconds: '1' })],
  'pod.terminating': () => [run('wait', ['sleep 5'], { seconds: '5' })],
  'workload.no-pods': (_, { object }) =>
    object === undefined
      ? []
      : [
          run(
            'wait',
            [
              `kubectl rollout status ${object.kind.toLowerCase()}/${object.name}${inNamespace(object.namespace)} --timeout=120s`,
            ],
            {},
          ),
        ],
};

function podAt(given: Case): PodObject | undefined {
  const place = given.trace.steps.find((step) => step.code === 'server.refuse')?.place;
  return place?.at === 'pod' ? podNamed(given, place.pod, place.namespace) : undefined;
}

/** The pod without a container that has to end well before the others begin, and does not. */
function dropInit(given: Case, { object }: CauseLink): Fix[] {
  const path = /^.*\.initContainers\[\d+\]/.exec(object?.fieldPath ?? '')?.[0];
  if (object === undefined || path === undefined) return [];
  return [
    reshape('init.remove', { ...object, fieldPath: path }, [{ op: 'remove', path: pointer(path) }]),
    ...undo(given, workloadAt(given, object)),
  ];
}

/** The image's own command in place of one that does not work. */
function dropCommand(given: Case, cause: CauseLink): Fix[] {
  const { object } = cause;
  if (object?.fieldPath?.includes('.initContainers[') === true) return dropInit(given, cause);
  const made = workloadAt(given, object);
  const index = Number(/containers\[(\d+)\]/.exec(object?.fieldPath ?? '')?.[1] ?? 0);
  const container = made?.spec.containers[index];
  if (made === undefined || object === undefined || container === undefined) return [];
  const path = `${made.specPath}.containers[${index}]`;
  const patch: PatchStep[] = [];
  if (container.command !== undefined) patch.push({ op: 'remove', path: pointer(path, 'command') });
  if (container.args !== undefined) patch.push({ op: 'remove', path: pointer(path, 'args') });
  return [
    ...(patch.length === 0 ? [] : [reshape('command.remove', { ...object, fieldPath: `${path}.command` }, patch)]),
    ...undo(given, made),
  ];
}
