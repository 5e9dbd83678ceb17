import { GoSyntax } from '../../api/errors.ts';
import { labelSelector } from '../../api/selectors.ts';
import type { Deployment, LabelSelector } from '../../api/types.ts';
import { type Problems, rules } from '../fields.ts';
import { checkLabels, checkSelector, goSelector, isEmptySelector } from '../labels.ts';
import { defaultPodSpec } from './defaults.ts';
import { checkPodSpec } from './spec.ts';

/** A pod template, as Deployments, ReplicaSets, DaemonSets, StatefulSets and Jobs hold one. */
export type Template = NonNullable<NonNullable<Deployment['spec']>['template']>;

/** Defaults of a template, in place. The empty timestamp is one that Go cannot leave out. */
export function defaultTemplate(spec: { template?: Template }): void {
  const empty = { creationTimestamp: null } as unknown as NonNullable<Template['metadata']>;
  spec.template ??= {};
  spec.template.metadata = { ...spec.template.metadata, ...empty };
  spec.template.spec ??= {} as NonNullable<Template['spec']>;
  defaultPodSpec(spec.template.spec);
}

/**
 * The selector of a controller: it must be there, be no empty one (`whenEmpty` is what the server says then), and select
 * the pods of the template.
 */
export function checkControllerSelector(
  selector: LabelSelector | undefined | null,
  template: Template | undefined,
  whenEmpty: string,
  found: Problems,
): void {
  const path = 'spec.selector';
  if (selector === undefined || selector === null) found.required(path);
  else {
    checkSelector(path, selector, found);
    if (isEmptySelector(selector)) found.invalid(path, goSelector(selector), whenEmpty);
    const unusable = selector.matchExpressions?.some(
      ({ operator, values = [] }) =>
        !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator) ||
        (operator === 'In' || operator === 'NotIn') === (values.length === 0),
    );
    if (unusable) {
      found.invalid(path, goSelector(selector), 'invalid label selector');
      return;
    }
  }
  const labels = template?.metadata?.labels;
  // No selector at all matches nothing, an empty one everything.
  const matches =
    selector !== undefined &&
    selector !== null &&
    (isEmptySelector(selector) || labelSelector(selector).matches(labels));
  if (!matches)
    found.invalid(
      'spec.template.metadata.labels',
      labels ?? new GoSyntax('map[string]string(nil)'),
      '`selector` does not match template `labels`',
    );
}

/** ValidatePodTemplateSpec, for a controller whose pods always restart. */
export function checkLongRunningTemplate(template: Template | undefined, kind: string, found: Problems): void {
  checkTemplateSpec(template, found);
  const path = 'spec.template.spec';
  const restart = template?.spec?.restartPolicy ?? '';
  if (restart !== 'Always') found.unsupported(`${path}.restartPolicy`, restart, ['Always']);
  if (template?.spec?.activeDeadlineSeconds !== undefined)
    found.forbidden(`${path}.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`);
}

/** ValidatePodTemplateSpec */
export function checkTemplateSpec(template: Template | undefined, found: Problems): void {
  checkLabels('spec.template.labels', template?.metadata?.labels, found);
  for (const key of Object.keys(template?.metadata?.annotations ?? {}))
    for (const detail of rules.qualifiedName(key.toLowerCase()))
      found.invalid('spec.template.annotations', key, detail);
  checkPodSpec('spec.template.spec', template?.spec, found);
}

/** The wide cells of what has a template: names of its containers, their images. */
export function templateCells(template: Template | undefined): [string, string] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map((each) => each.name).join(','), containers.map((each) => each.image ?? '').join(',')];
}
