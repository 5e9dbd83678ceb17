import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { namePrinter } from '../print/printer.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { type Mapping, NoKindMatch, resourcePath } from '../rest/mapper.ts';
import { deleteInfo } from './deletion.ts';
import { type DryRun, klogWarning, operationText } from './dry-run.ts';
import { lastApplied } from './last-applied.ts';

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What is pruned when nothing else is said (prune.DefaultNamespacedResources and DefaultNonNamespacedResources). */
const NAMESPACED: readonly (readonly [group: string, kind: string])[] = [
  ['', 'ConfigMap'],
  ['', 'Endpoints'],
  ['', 'PersistentVolumeClaim'],
  ['', 'Pod'],
  ['', 'ReplicationController'],
  ['', 'Secret'],
  ['', 'Service'],
  ['batch', 'Job'],
  ['batch', 'CronJob'],
  ['networking.k8s.io', 'Ingress'],
  ['apps', 'DaemonSet'],
  ['apps', 'Deployment'],
  ['apps', 'ReplicaSet'],
  ['apps', 'StatefulSet'],
];
const WITHOUT_NAMESPACE: readonly (readonly [group: string, kind: string])[] = [
  ['', 'Namespace'],
  ['', 'PersistentVolume'],
];

/** --prune-allowlist: `core/v1/ConfigMap`, `apps/v1/Deployment`. @throws Failure */
export function allowlist(words: readonly string[]): Kind[] {
  return words.map((word) => {
    const [group = '', version = '', kind = '', ...more] = word.split('/');
    if (kind === '' || more.length > 0)
      throw new Failure(`invalid GroupVersionKind format: ${word}, please follow <group/version/kind>`);
    return { group: group === 'core' ? '' : group, version, kind };
  });
}

export interface PruneOptions {
  readonly dryRun: DryRun;
  readonly selector: string;
  readonly allowed: readonly Kind[];
  /** Namespaces of what was applied. */
  readonly namespaces: ReadonlySet<string>;
  /** uids of what was applied. */
  readonly kept: ReadonlySet<string>;
  /** Deletes: the propagation policy and the grace period in seconds, negative for the object's own. */
  readonly cascade: string;
  readonly grace: number;
  /** Without the word of each object. */
  readonly quiet: boolean;
  readonly output: string;
}

/** Deletes what was applied once, fits the selector, and is not among what was applied now. */
export function* prune(invocation: Invocation, options: PruneOptions): Routine {
  const mapper = yield* invocation.mapper();
  if (options.allowed.length === 0 && invocation.namespace.name !== '')
    yield* klogWarning(
      invocation,
      'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
      'prune.go:71',
    );
  const standard = [
    ...NAMESPACED.map((each) => [...each, true] as const),
    ...WITHOUT_NAMESPACE.map((each) => [...each, false] as const),
  ];
  const wanted =
    options.allowed.length > 0
      ? options.allowed.map((kind) => ({ ...kind, namespaced: undefined }))
      : standard.map(([group, kind, namespaced]) => ({ group, version: 'v1', kind, namespaced }));
  const mappings: Mapping[] = [];
  for (const { group, version, kind, namespaced } of wanted) {
    try {
      mappings.push(mapper.mappingForKind(kind, group, version));
    } catch (error) {
      if (!(error instanceof NoKindMatch)) throw error;
      throw new Failure(
        `error retrieving RESTMappings to prune: invalid resource ${group}/${version}, Kind=${kind}, Namespaced=${namespaced ?? false}: ${error.message}`,
      );
    }
  }
  for (const namespace of [...options.namespaces].sort())
    for (const mapping of mappings) if (mapping.namespaced) yield* pruneKind(invocation, options, mapping, namespace);
  for (const mapping of mappings) if (!mapping.namespaced) yield* pruneKind(invocation, options, mapping, '');
}

function* pruneKind(invocation: Invocation, options: PruneOptions, mapping: Mapping, namespace: string): Routine {
  const query = options.selector === '' ? {} : { labelSelector: options.selector };
  const list = (yield* invocation.client.get(resourcePath(mapping, namespace), { query })) as { items?: KubeObject[] };
  for (const item of list.items ?? []) {
    const { uid = '', name = '', namespace: place = '' } = item.metadata ?? {};
    if (lastApplied(item) === undefined || options.kept.has(uid)) continue;
    const [group, version] = [mapping.group, mapping.version];
    const object = { ...item, apiVersion: group === '' ? version : `${group}/${version}`, kind: mapping.kind };
    const info: ResourceInfo = { mapping, name, namespace: place, object };
    if (options.dryRun !== 'client')
      yield* deleteInfo(invocation, info, {
        propagationPolicy: options.cascade,
        ...(options.grace < 0 ? {} : { gracePeriodSeconds: options.grace }),
        dryRun: options.dryRun === 'server',
      });
    if (options.quiet) continue;
    yield* invocation.out(namePrinter(options.output, operationText('pruned', options.dryRun))?.(object) ?? '');
  }
}
