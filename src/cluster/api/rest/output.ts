import type { KindDefinition } from '../kind.ts';
import { apiVersionOf } from '../registry.ts';
import type { KubeObject } from '../types.ts';
import type { Form } from './accept.ts';
import { partial, partialList, table } from './table.ts';

/** What answers are made with. */
export interface OutputOptions {
  readonly kind: KindDefinition;
  readonly form: Form;
  /** `includeObject` of a Table request. */
  readonly include: string;
  /** Calendar ms, for ages. */
  readonly now: number;
  /** The object with what the store does not keep in it: managed fields. */
  complete(object: KubeObject): KubeObject;
}

/** One object, in the form that was asked for. */
export function present(object: KubeObject, options: OutputOptions, columns = true): unknown {
  if (options.form === 'table')
    return table([object], { resourceVersion: object.metadata?.resourceVersion ?? '' }, options, columns);
  if (options.form === 'partial') return partial(options.complete(object));
  return ordered(options.complete(object));
}

/** A list, in the form that was asked for. */
export function presentList(
  objects: readonly KubeObject[],
  metadata: Readonly<Record<string, unknown>>,
  options: OutputOptions,
): unknown {
  const { kind, form } = options;
  if (form === 'table') return table(objects, metadata, options, true);
  if (form === 'partial-list')
    return partialList(
      objects.map((object) => options.complete(object)),
      metadata,
    );
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata,
    items: objects.map((object) => {
      const { kind: _, apiVersion: __, ...rest } = ordered(options.complete(object));
      return rest;
    }),
  };
}

/** The order in which Go writes metadata. */
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** The object with its fields in the order in which the real server writes them, as far as metadata. */
export function ordered(object: KubeObject): KubeObject {
  const { kind, apiVersion, metadata, ...rest } = object;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(metadata === undefined ? {} : { metadata: orderedMetadata(metadata) }),
    ...rest,
  };
}

export function orderedMetadata(metadata: NonNullable<KubeObject['metadata']>): NonNullable<KubeObject['metadata']> {
  const made: Record<string, unknown> = {};
  for (const field of METADATA) if (metadata[field] !== undefined) made[field] = metadata[field];
  return made;
}
