import { clone, type KubeObject } from '../../../cluster/api/types.ts';

type Loose = Record<string, unknown>;

const POD_TEMPLATES: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicationController',
]);

/**
 * An object as it prints after it was one of Go's own types: fields without `omitempty` appear although nobody set them
 * (creationTimestamp, resources, strategy, status).
 */
export function asGoType(object: KubeObject): KubeObject {
  const copy = clone(object) as KubeObject & { spec?: Loose; status?: unknown };
  stamp(copy as Loose);
  if (copy.kind === 'Pod') podSpec(copy.spec);
  else if (POD_TEMPLATES.has(copy.kind ?? '')) {
    const template = copy.spec?.['template'] as Loose | undefined;
    if (template !== undefined) {
      stamp(template);
      podSpec(template['spec']);
    }
    if (copy.kind === 'Deployment' && copy.spec !== undefined) copy.spec['strategy'] ??= {};
  } else return copy;
  copy.status ??= {};
  return copy;
}

function stamp(object: Loose): void {
  const metadata = (object['metadata'] ?? {}) as Loose;
  metadata['creationTimestamp'] ??= null;
  object['metadata'] = metadata;
}

function podSpec(spec: unknown): void {
  if (typeof spec !== 'object' || spec === null) return;
  for (const list of ['containers', 'initContainers'])
    for (const container of ((spec as Loose)[list] ?? []) as Loose[]) container['resources'] ??= {};
}
