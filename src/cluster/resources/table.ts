import type { Column } from '../api/kind.ts';

/** A column that always shows. */
export function column(name: string, description: string, type: Column['type'] = 'string'): Column {
  return { name, type, priority: 0, description };
}

/** A column that shows with `-o wide`. */
export function wide(name: string, description: string, type: Column['type'] = 'string'): Column {
  return { name, type, priority: 1, description };
}

export const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
};

export const AGE = column(
  'Age',
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
);

/** The wide columns of everything that has a pod template. */
export const TEMPLATE_COLUMNS: readonly Column[] = [
  wide('Containers', 'Names of each container in the template.'),
  wide('Images', 'Images referenced by each container in the template.'),
];
