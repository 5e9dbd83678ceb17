import type { KindDefinition } from '../kind.ts';
import type { KubeObject } from '../types.ts';
import { orderedMetadata } from './output.ts';

interface TableOptions {
  readonly kind: KindDefinition;
  readonly include: string;
  readonly now: number;
  complete(object: KubeObject): KubeObject;
}

/** meta.k8s.io/v1 Table: objects as the columns of their kind. Later events of a watch come without `columns`. */
export function table(
  objects: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
  options: TableOptions,
  columns: boolean,
): unknown {
  const { kind, include, now } = options;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns
      ? kind.columns.map(({ name, type, format, description, priority }) => ({
          name,
          type,
          format: format ?? '',
          description,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: kind.row(object, now),
      ...rowConditions(kind, object),
      object: include === 'None' ? null : include === 'Object' ? options.complete(object) : partial(object),
    })),
  };
}

/** PartialObjectMetadata: the metadata alone. */
export function partial(object: KubeObject): KubeObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: orderedMetadata(object.metadata ?? {}),
  };
}

export function partialList(objects: readonly KubeObject[], metadata: Readonly<Record<string, unknown>>): unknown {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: objects.map(partial),
  };
}

/** Rows of pods that ran to their end say so (printers/internalversion: podSuccessConditions, podFailedConditions). */
function rowConditions(kind: KindDefinition, object: KubeObject): object {
  if (kind.kind !== 'Pod') return {};
  const phase = (object['status'] as { phase?: string } | undefined)?.phase;
  if (phase !== 'Succeeded' && phase !== 'Failed') return {};
  return {
    conditions: [
      {
        type: 'Completed',
        status: 'True',
        reason: phase,
        message: phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.',
      },
    ],
  };
}
