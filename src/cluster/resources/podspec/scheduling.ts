import { GoSyntax } from '../../api/errors.ts';
import type { PodSpec } from '../../api/types.ts';
import { NOT_POSITIVE, type Problems, rules } from '../fields.ts';
import { checkSelector } from '../labels.ts';

type Affinity = NonNullable<PodSpec['affinity']>;
type NodeTerm = NonNullable<
  NonNullable<NonNullable<Affinity['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']>
>['nodeSelectorTerms'][number];
type PodTerm = NonNullable<
  NonNullable<Affinity['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>[number];
type Toleration = NonNullable<PodSpec['tolerations']>[number];
type Spread = NonNullable<PodSpec['topologySpreadConstraints']>[number];

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const WEIGHT = 'must be in the range 1-100';
const BAD_OPERATOR = 'not a valid selector operator';

/** ValidateTolerations */
export function checkTolerations(path: string, tolerations: readonly Toleration[] | undefined, found: Problems): void {
  for (const [index, toleration] of (tolerations ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    if (key !== '') found.check(`${at}.key`, key, rules.qualifiedName);
    else if (operator !== 'Exists')
      found.invalid(
        `${at}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    if (tolerationSeconds !== undefined && tolerationSeconds !== null && effect !== 'NoExecute')
      found.invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === 'Equal' || operator === '') {
      const wrong = rules.labelValue(value);
      if (wrong.length > 0) found.invalid(`${at}.operator`, value, wrong.join(';'));
    } else if (operator === 'Exists') {
      if (value !== '')
        found.invalid(`${at}.operator`, goToleration(toleration), "value must be empty when `operator` is 'Exists'");
    } else found.unsupported(`${at}.operator`, operator, ['Equal', 'Exists']);
    if (effect !== '') checkEffect(`${at}.effect`, effect, found);
  }
}

function goToleration({ key = '', operator, value = '', effect, tolerationSeconds }: Toleration): GoSyntax {
  const quote = (text: string | undefined) => JSON.stringify(text ?? '');
  const seconds = tolerationSeconds === undefined ? '(*int64)(nil)' : '(*int64)(0xc000000000)';
  return new GoSyntax(
    `core.Toleration{Key:${quote(key)}, Operator:${quote(operator)}, Value:${quote(value)}, Effect:${quote(effect)}, TolerationSeconds:${seconds}}`,
  );
}

/** validateTaintEffect */
export function checkEffect(field: string, effect: string, found: Problems): void {
  if (!(EFFECTS as readonly string[]).includes(effect)) found.unsupported(field, effect, EFFECTS);
}

/** validateAffinity */
export function checkAffinity(path: string, affinity: PodSpec['affinity'], found: Problems): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const required = nodeAffinity?.[REQUIRED];
  if (required) {
    const at = `${path}.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
    const terms = required.nodeSelectorTerms ?? [];
    if (terms.length === 0) found.required(at, 'must have at least one node selector term');
    for (const [index, term] of terms.entries()) checkNodeTerm(`${at}[${index}]`, term, found);
  }
  for (const [index, { weight, preference }] of (nodeAffinity?.[PREFERRED] ?? []).entries()) {
    const at = `${path}.nodeAffinity.${PREFERRED}[${index}]`;
    if (weight <= 0 || weight > 100) found.invalid(`${at}.weight`, weight, WEIGHT);
    checkNodeTerm(`${at}.preference`, preference, found);
  }
  for (const [name, each] of [
    ['podAffinity', podAffinity],
    ['podAntiAffinity', podAntiAffinity],
  ] as const) {
    for (const [index, term] of (each?.[REQUIRED] ?? []).entries())
      checkPodTerm(`${path}.${name}.${REQUIRED}[${index}]`, term, found);
    for (const [index, { weight, podAffinityTerm }] of (each?.[PREFERRED] ?? []).entries()) {
      const at = `${path}.${name}.${PREFERRED}[${index}]`;
      if (weight <= 0 || weight > 100) found.invalid(`${at}.weight`, weight, WEIGHT);
      checkPodTerm(`${at}.podAffinityTerm`, podAffinityTerm, found);
    }
  }
}

/** ValidateNodeSelectorTerm */
function checkNodeTerm(path: string, term: NodeTerm, found: Problems): void {
  for (const [index, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0) found.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0)
          found.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        break;
      case 'Gt':
      case 'Lt':
        if (values.length !== 1)
          found.required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
        break;
      default:
        found.invalid(`${at}.operator`, operator ?? '', BAD_OPERATOR);
    }
    found.check(`${at}.key`, key ?? '', rules.qualifiedName);
  }
  for (const [index, { key, operator, values = [] }] of (term.matchFields ?? []).entries()) {
    const at = `${path}.matchFields[${index}]`;
    if (operator !== 'In' && operator !== 'NotIn') found.invalid(`${at}.operator`, operator ?? '', BAD_OPERATOR);
    else if (values.length !== 1)
      found.required(
        `${at}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      );
    if (key !== 'metadata.name') found.invalid(`${at}.key`, key ?? '', 'not a valid field selector key');
    else
      for (const [number, value] of values.entries())
        found.check(`${at}.values[${number}]`, value, rules.dns1123Subdomain);
  }
}

/** validatePodAffinityTerm */
function checkPodTerm(at: string, term: PodTerm, found: Problems): void {
  checkSelector(`${at}.labelSelector`, term.labelSelector, found);
  checkSelector(`${at}.namespaceSelector`, term.namespaceSelector, found);
  for (const name of term.namespaces ?? []) found.check(`${at}.namespace`, name, rules.dns1123Label);
  const key = term.topologyKey ?? '';
  if (key === '') found.required(`${at}.topologyKey`, 'can not be empty');
  found.check(`${at}.topologyKey`, key, rules.qualifiedName);
}

/** validateTopologySpreadConstraints */
export function checkSpread(path: string, constraints: readonly Spread[] | undefined, found: Problems): void {
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector } = constraint;
    if (maxSkew <= 0) found.invalid(`${at}.maxSkew`, maxSkew, NOT_POSITIVE);
    if (topologyKey === '') found.required(`${at}.topologyKey`, 'can not be empty');
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable))
      found.unsupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    const again = constraints
      ?.slice(index + 1)
      .some((each) => each.topologyKey === topologyKey && each.whenUnsatisfiable === whenUnsatisfiable);
    if (again) found.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    if (minDomains !== undefined && minDomains !== null) {
      if (minDomains <= 0) found.invalid(`${at}.minDomains`, minDomains, NOT_POSITIVE);
      if (whenUnsatisfiable !== 'DoNotSchedule')
        found.invalid(
          `${at}.minDomains`,
          minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
        );
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy && !['Honor', 'Ignore'].includes(policy))
        found.unsupported(`${at}.${field}`, policy, ['Honor', 'Ignore']);
    }
    checkSelector(`${at}.labelSelector`, labelSelector, found);
  }
}
