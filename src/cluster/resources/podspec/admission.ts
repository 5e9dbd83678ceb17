import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import { errors } from '../../api/errors.ts';
import type { WriteContext } from '../../api/kind.ts';
import { SUFFIX_ALPHABET } from '../../api/metadata.ts';
import type { Container, KubeObject, Pod, PodSpec, ServiceAccount } from '../../api/types.ts';

/** Where containers find the token of their service account. */
export const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

const POD = { group: '', plural: 'pods', kind: 'Pod' } as const;

/** Sources of every `kube-api-access-xxxxx` volume. Shared between pods, which is safe as stored objects never change in place. */
const TOKEN_SOURCES = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
  {
    downwardAPI: {
      items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
    },
  },
];

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/**
 * What the admission plugins that are on by default do to a new pod, in place and in their order: ServiceAccount, Priority,
 * DefaultTolerationSeconds. @throws ApiError Forbidden for a service account or priority class that does not exist
 */
export function admitPod(pod: Pod & KubeObject, context: WriteContext): void {
  const spec = pod.spec as PodSpec;
  admitServiceAccount(pod, spec, context);
  admitPriority(pod, spec, context);
  addDefaultTolerations(spec);
}

function admitServiceAccount(pod: Pod & KubeObject, spec: PodSpec, context: WriteContext): void {
  const name = spec.serviceAccountName ?? 'default';
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const { namespace = 'default' } = pod.metadata ?? {};
  const account = context.find('serviceaccounts', name, namespace) as (ServiceAccount & KubeObject) | undefined;
  // The controller makes `default` in each namespace; pods of the cluster's own start do not wait for it.
  if (account === undefined && name !== 'default')
    throw errors.forbidden(
      POD,
      pod.metadata?.name ?? '',
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  if ((spec.imagePullSecrets ?? []).length === 0 && (account?.imagePullSecrets ?? []).length > 0)
    spec.imagePullSecrets = account?.imagePullSecrets?.map((each) => ({ name: each.name ?? '' })) ?? [];
  if ((spec.automountServiceAccountToken ?? account?.automountServiceAccountToken) === false) return;
  const needy = [...(spec.initContainers ?? []), ...spec.containers].filter((container) => !mountsToken(container));
  if (needy.length === 0) return;
  const volume = `kube-api-access-${context.random.text(5, SUFFIX_ALPHABET)}`;
  const mount = { mountPath: TOKEN_PATH, name: volume, readOnly: true };
  for (const container of needy) container.volumeMounts = [...(container.volumeMounts ?? []), mount];
  spec.volumes = [...(spec.volumes ?? []), { name: volume, projected: { defaultMode: 420, sources: TOKEN_SOURCES } }];
}

function mountsToken(container: Container): boolean {
  return container.volumeMounts?.some((each) => each.mountPath === TOKEN_PATH) === true;
}

function admitPriority(pod: Pod & KubeObject, spec: PodSpec, context: WriteContext): void {
  const classes = 'scheduling.k8s.io';
  const name = spec.priorityClassName ?? '';
  let priority = 0;
  let policy: PodSpec['preemptionPolicy'] = 'PreemptLowerPriority';
  if (name !== '') {
    const found = context.find('priorityclasses', name, undefined, classes) as (PriorityClass & KubeObject) | undefined;
    const value = found?.value ?? SYSTEM_PRIORITIES[name];
    if (value === undefined)
      throw errors.forbidden(POD, pod.metadata?.name ?? '', `no PriorityClass with name ${name} was found`);
    priority = value;
    policy = found?.preemptionPolicy ?? policy;
  }
  if (spec.priority !== undefined && spec.priority !== null && spec.priority !== priority)
    throw errors.forbidden(
      POD,
      pod.metadata?.name ?? '',
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  spec.priority = priority;
  spec.preemptionPolicy ??= policy;
}

/** DefaultTolerationSeconds: pods stay 300 seconds on a node that is not ready or cannot be reached. */
export function addDefaultTolerations(spec: PodSpec): void {
  const tolerations = spec.tolerations ?? [];
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) =>
      !tolerations.some(
        (each) =>
          ((each.key ?? '') === '' || each.key === key) &&
          ((each.effect as string | undefined) === undefined || each.effect === 'NoExecute'),
      ),
  );
  if (missing.length === 0) return;
  spec.tolerations = [
    ...tolerations,
    ...missing.map((key) => ({
      effect: 'NoExecute' as const,
      key,
      operator: 'Exists' as const,
      tolerationSeconds: 300,
    })),
  ];
}
