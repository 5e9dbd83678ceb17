import type { ControllerRevision } from 'kubernetes-types/apps/v1';
import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { IMMUTABLE, NOT_NEGATIVE, Problems } from './fields.ts';
import { AGE, column, NAME } from './table.ts';

type RevisionObject = ControllerRevision & KubeObject;

/** A template that a DaemonSet or a StatefulSet has had. */
export const controllerRevision: KindDefinition<RevisionObject> = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  validate(object) {
    const found = new Problems();
    if (object.data === undefined || object.data === null) found.required('data', 'data is mandatory');
    if ((object.revision ?? 0) < 0) found.invalid('revision', object.revision, NOT_NEGATIVE);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.data, old.data)) found.invalid('data', object.data, IMMUTABLE);
    return found.list;
  },
  columns: [
    NAME,
    column('Controller', 'Controller of the object'),
    column('Revision', 'Revision indicates the revision of the state represented by Data.', 'integer'),
    AGE,
  ],
  row(object, now) {
    const owner = object.metadata?.ownerReferences?.find((each) => each.controller === true);
    const group = owner?.apiVersion.includes('/') === true ? `.${owner.apiVersion.split('/')[0]}` : '';
    return [
      object.metadata?.name ?? '',
      owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}${group}/${owner.name}`,
      object.revision ?? 0,
      age(object.metadata?.creationTimestamp, now),
    ];
  },
};
