import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Deployment, KubeObject, ReplicaSet } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { selectorText } from '../describe/metadata.ts';
import { describeTemplate } from '../describe/pod-parts.ts';
import { DescribeWriter } from '../describe/writer.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { DESCRIBE_LAYOUT, TabWriter } from '../print/tabwriter.ts';
import type { ResourceInfo } from '../resource/info.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** A kind that has nothing of the sort. */
export function noVisitor(what: string, { mapping }: ResourceInfo): Failure {
  const kind = mapping?.kind ?? '';
  return new Failure(
    `error retrieving ${what} for ${JSON.stringify(kind)}, no visitor method exists for {${mapping?.group ?? ''} ${kind}}`,
  );
}

/** A Deployment's ReplicaSets by their revision. @throws Failure for a kind without a history here */
export function* revisionsOf(invocation: Invocation, info: ResourceInfo): Routine<Map<number, ReplicaSet>> {
  const deployment = info.object as (Deployment & KubeObject) | undefined;
  if (deployment?.kind !== 'Deployment') throw noVisitor('history', info);
  const list = (yield* invocation.client.get(
    `/apis/apps/v1/namespaces/${encodeURIComponent(info.namespace)}/replicasets`,
    { query: { labelSelector: selectorText(deployment.spec?.selector) } },
  )) as { items?: ReplicaSet[] };
  const revisions = new Map<number, ReplicaSet>();
  for (const set of list.items ?? []) {
    if (!set.metadata?.ownerReferences?.some(({ uid }) => uid === deployment.metadata?.uid)) continue;
    const revision = Number(set.metadata.annotations?.[REVISION] ?? 0);
    if (revision > 0) revisions.set(revision, set);
  }
  return revisions;
}

/** The table of `rollout history`. */
export function historyTable(revisions: ReadonlyMap<number, ReplicaSet>): string {
  if (revisions.size === 0) return 'No rollout history found.';
  const writer = new TabWriter(DESCRIBE_LAYOUT);
  writer.write('REVISION\tCHANGE-CAUSE\n');
  for (const revision of [...revisions.keys()].sort((a, b) => a - b)) {
    const cause = revisions.get(revision)?.metadata?.annotations?.[CHANGE_CAUSE];
    writer.write(`${revision}\t${cause === undefined || cause === '' ? '<none>' : cause}\n`);
  }
  return writer.flush();
}

/** The real one prints a revision's template with its tabs as they are. */
class TabbedWriter extends DescribeWriter {
  private text = '';

  override write(level: number, text: string): void {
    this.text += `${'  '.repeat(level)}${text}`;
  }

  override finish(): string {
    return this.text;
  }
}

export function templateText(template: PodTemplateSpec | undefined, cause?: string): string {
  const writer = new TabbedWriter();
  const annotated =
    cause === undefined || template === undefined
      ? template
      : {
          ...template,
          metadata: {
            ...template.metadata,
            annotations: { ...template.metadata?.annotations, [CHANGE_CAUSE]: cause },
          },
        };
  describeTemplate(writer, annotated);
  return writer.finish();
}

/** One revision in detail. @throws Failure when there is none of that number */
export function revisionText(revisions: ReadonlyMap<number, ReplicaSet>, revision: number): string {
  const set = revisions.get(revision);
  if (set === undefined) throw new Failure('unable to find the specified revision');
  return templateText(set.spec?.template, set.metadata?.annotations?.[CHANGE_CAUSE]);
}
