import type { Container } from '../../api/types.ts';
import { type Problems, rules } from '../fields.ts';
import { configKeyProblems } from '../keys.ts';
import { canonicalQuantity } from '../quantity.ts';

type EnvVar = NonNullable<Container['env']>[number];
type EnvFrom = NonNullable<Container['envFrom']>[number];
type ValueFrom = NonNullable<EnvVar['valueFrom']>;

/** validEnvDownwardAPIFieldPathExpressions */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a pod that the downward API knows at all (ConvertDownwardAPIFieldLabel). */
const KNOWN_FIELDS = [
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
];

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

const ENV_NAME_RULE =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

/** validation.IsRelaxedEnvVarName, which is the rule since 1.32. */
export function envNameProblems(name: string): string[] {
  if (name === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]+$/.test(name) ? [] : [ENV_NAME_RULE];
}

/** ValidateEnv */
export function checkEnv(path: string, variables: readonly EnvVar[] | undefined, found: Problems): void {
  for (const [index, variable] of (variables ?? []).entries()) {
    const at = `${path}[${index}]`;
    if ((variable.name ?? '') === '') found.required(`${at}.name`);
    else found.check(`${at}.name`, variable.name, envNameProblems);
    if (variable.valueFrom) checkValueFrom(`${at}.valueFrom`, variable.valueFrom, variable.value ?? '', found);
  }
}

function checkValueFrom(at: string, from: ValueFrom, value: string, found: Problems): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  if (fieldRef) checkFieldRef(`${at}.fieldRef`, fieldRef, ENV_FIELDS, found);
  if (resourceFieldRef) checkResourceFieldRef(`${at}.resourceFieldRef`, resourceFieldRef, false, found);
  for (const [name, reference] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const) {
    if (!reference) continue;
    found.check(`${at}.${name}.name`, reference.name ?? '', rules.dns1123Subdomain);
    if ((reference.key ?? '') === '') found.required(`${at}.${name}.key`);
    else found.check(`${at}.${name}.key`, reference.key, configKeyProblems);
  }
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (count === 0)
    found.invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`');
  else if (value !== '') found.invalid(at, '', 'may not be specified when `value` is not empty');
  else if (count > 1) found.invalid(at, '', 'may not have more than one field specified at a time');
}

/** validateObjectFieldSelector: what `fieldRef` may name; `allowed` are the paths that this place knows. */
export function checkFieldRef(
  at: string,
  reference: NonNullable<ValueFrom['fieldRef']>,
  allowed: readonly string[],
  found: Problems,
): void {
  const { fieldPath = '' } = reference;
  if ((reference.apiVersion ?? '') === '') {
    found.required(`${at}.apiVersion`);
    return;
  }
  if (fieldPath === '') {
    found.required(`${at}.fieldPath`);
    return;
  }
  const subscript = /^([^[]+)\['([^']*)'\]$/.exec(fieldPath);
  if (subscript !== null) {
    const [, path = '', key = ''] = subscript;
    if (path === 'metadata.annotations') found.check(at, key.toLowerCase(), rules.qualifiedName);
    else if (path === 'metadata.labels') found.check(at, key, rules.qualifiedName);
    else found.invalid(at, path, 'does not support subscript');
  } else if (!KNOWN_FIELDS.includes(fieldPath))
    found.invalid(`${at}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  else if (!allowed.includes(fieldPath)) found.unsupported(`${at}.fieldPath`, fieldPath, allowed);
}

/** validateContainerResourceFieldSelector */
export function checkResourceFieldRef(
  at: string,
  reference: NonNullable<ValueFrom['resourceFieldRef']>,
  volume: boolean,
  found: Problems,
): void {
  const resource = reference.resource ?? '';
  if (volume && (reference.containerName ?? '') === '') found.required(`${at}.containerName`);
  else if (resource === '') found.required(`${at}.resource`);
  else if (!RESOURCES.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource))
    found.unsupported(`${at}.resource`, resource, RESOURCES);
  const divisor = canonicalQuantity(reference.divisor ?? '0') ?? '0';
  if (divisor === '0') return;
  if (resource.endsWith('.cpu')) {
    if (divisor !== '1' && divisor !== '1m')
      found.invalid(`${at}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  } else if (!/^1(k|[MGTPE]|[KMGTPE]i)?$/.test(divisor)) {
    const what = resource.endsWith('.memory') ? 'memory' : 'local ephemeral storage';
    found.invalid(
      `${at}.divisor`,
      resource,
      `only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the ${what} resource`,
    );
  }
}

/** ValidateEnvFrom */
export function checkEnvFrom(path: string, sources: readonly EnvFrom[] | undefined, found: Problems): void {
  for (const [index, source] of (sources ?? []).entries()) {
    const at = `${path}[${index}]`;
    if ((source.prefix ?? '') !== '') found.check(`${at}.prefix`, source.prefix ?? '', envNameProblems);
    for (const name of ['configMapRef', 'secretRef'] as const) {
      const reference = source[name];
      if (!reference) continue;
      if ((reference.name ?? '') === '') found.required(`${at}.${name}.name`);
      else found.check(`${at}.${name}.name`, reference.name ?? '', rules.dns1123Subdomain);
    }
    if (!source.configMapRef && !source.secretRef)
      found.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (source.configMapRef && source.secretRef)
      found.invalid(path, '', 'may not have more than one field specified at a time');
  }
}
