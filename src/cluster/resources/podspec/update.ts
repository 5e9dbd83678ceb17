import { same } from '../../api/equality.ts';
import type { Container, PodSpec } from '../../api/types.ts';
import type { Problems } from '../fields.ts';
import { specDiff } from './diff.ts';
import { checkTolerations } from './scheduling.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** ValidatePodUpdate: the little that may change in a pod that exists. */
export function checkPodUpdate(spec: PodSpec, old: PodSpec, found: Problems): void {
  if (spec === old) return;
  for (const list of ['containers', 'initContainers'] as const) {
    const containers = spec[list] ?? [];
    if (containers.length !== (old[list] ?? []).length) {
      found.forbidden(`spec.${list}`, 'pod updates may not add or remove containers');
      return;
    }
    for (const [index, { image = '' }] of containers.entries()) {
      if (image === '') found.required(`spec.${list}[${index}].image`);
      if (image.trim() !== image)
        found.invalid(`spec.${list}[${index}].image`, image, 'must not have leading or trailing whitespace');
    }
  }
  const deadline = spec.activeDeadlineSeconds ?? undefined;
  const before = old.activeDeadlineSeconds ?? undefined;
  if (deadline !== undefined && before !== undefined && before < deadline) {
    found.invalid('spec.activeDeadlineSeconds', deadline, 'must be less than or equal to previous value');
    return;
  }
  if (deadline === undefined && before !== undefined)
    found.invalid('spec.activeDeadlineSeconds', null, 'must not update from a positive integer to nil value');
  checkOnlyAddedTolerations(spec, old, found);
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries())
    if (!old.schedulingGates?.some((each) => each.name === name))
      found.forbidden(
        `spec.schedulingGates[${index}].name`,
        `only deletion is allowed, but found new scheduling gate '${name}'`,
      );
  const munged = munge(spec, old);
  if (!same(munged, old))
    found.forbidden('spec', `pod updates may not change fields other than ${CHANGEABLE}\n${specDiff(old, munged)}`);
}

/** The new spec with the old values of all that may change. */
function munge(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (containers: Container[] | undefined, before: Container[] | undefined) =>
    containers?.map((container, index) => ({ ...container, image: before?.[index]?.image ?? '' }));
  const munged: PodSpec = { ...spec, containers: images(spec.containers, old.containers) ?? [] };
  if (spec.initContainers !== undefined) munged.initContainers = images(spec.initContainers, old.initContainers) ?? [];
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    restore(munged, old, 'terminationGracePeriodSeconds');
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) restore(munged, old, field);
  // Additions to the node selector are good as long as a gate holds the pod back.
  if ((old.schedulingGates ?? []).length > 0) restore(munged, old, 'nodeSelector');
  return munged;
}

function restore<K extends keyof PodSpec>(spec: PodSpec, old: PodSpec, field: K): void {
  if (old[field] === undefined) delete spec[field];
  else spec[field] = old[field];
}

function checkOnlyAddedTolerations(spec: PodSpec, old: PodSpec, found: Problems): void {
  for (const toleration of old.tolerations ?? []) {
    const there = spec.tolerations?.some((each) =>
      same({ ...toleration, tolerationSeconds: undefined }, { ...each, tolerationSeconds: undefined }),
    );
    if (there) continue;
    found.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
    return;
  }
  checkTolerations('spec.tolerations', spec.tolerations, found);
}
