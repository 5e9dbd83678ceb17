import type { PodSpec } from '../../api/types.ts';
import { type Problems, rules } from '../fields.ts';
import { checkIP } from '../ip.ts';
import { checkLabels } from '../labels.ts';
import { checkContainers, checkId } from './containers.ts';
import { checkAffinity, checkSpread, checkTolerations } from './scheduling.ts';
import { checkVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'] as const;
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'] as const;

/**
 * ValidatePodSpec (pkg/apis/core/validation), all that this cluster can run and what goes wrong there. `path` is `spec` for
 * a Pod and `spec.template.spec` for a template; only pods must be complete in themselves (`pod`).
 */
export function checkPodSpec(path: string, given: PodSpec | undefined, found: Problems, pod = false): void {
  const spec: Partial<PodSpec> = given ?? {};
  const volumes = checkVolumes(`${path}.volumes`, spec.volumes, found);
  checkContainers(path, spec, volumes, found);
  if (spec.hostNetwork === true) checkHostNetwork(`${path}.containers`, spec, pod, found);
  found.oneOf(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  found.oneOf(`${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES);
  checkLabels(`${path}.nodeSelector`, spec.nodeSelector, found);
  const security = spec.securityContext;
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const)
    checkId(`${path}.securityContext.${field}`, security?.[field], found);
  for (const [index, id] of (security?.supplementalGroups ?? []).entries())
    checkId(`${path}.securityContext.supplementalGroups[${index}]`, id, found);
  checkAffinity(`${path}.affinity`, spec.affinity, found);
  checkDns(`${path}.dnsConfig`, spec, found);
  for (const [index, gate] of (spec.readinessGates ?? []).entries())
    found.check(`${path}.readinessGates[${index}].conditionType`, gate.conditionType ?? '', rules.qualifiedName);
  const gates = new Set<string>();
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries()) {
    found.check(`${path}.schedulingGates[${index}]`, name ?? '', rules.qualifiedName);
    if (gates.has(name)) found.duplicate(`${path}.schedulingGates[${index}]`, name);
    gates.add(name);
  }
  checkSpread(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints, found);
  checkName(`${path}.serviceAccountName`, spec.serviceAccountName, found);
  checkName(`${path}.nodeName`, spec.nodeName, found);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && deadline !== null && (deadline < 1 || deadline > 2147483647))
    found.invalid(`${path}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive');
  for (const field of ['hostname', 'subdomain'] as const)
    if ((spec[field] ?? '') !== '') found.check(`${path}.${field}`, spec[field] ?? '', rules.dns1123Label);
  checkTolerations(`${path}.tolerations`, spec.tolerations, found);
  for (const [index, alias] of (spec.hostAliases ?? []).entries()) {
    checkIP(`${path}.hostAliases[${index}].ip`, alias.ip ?? '', found);
    for (const [number, name] of (alias.hostnames ?? []).entries())
      found.check(`${path}.hostAliases[${index}].hostnames[${number}]`, name, rules.dns1123Subdomain);
  }
  checkName(`${path}.priorityClassName`, spec.priorityClassName, found);
  checkName(`${path}.runtimeClassName`, spec.runtimeClassName, found);
  if (spec.preemptionPolicy && !['PreemptLowerPriority', 'Never'].includes(spec.preemptionPolicy))
    found.unsupported(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  if (spec.os) {
    if ((spec.os.name ?? '') === '') found.required(`${path}.os.name`, 'cannot be empty');
    else if (!['linux', 'windows'].includes(spec.os.name))
      found.unsupported(`${path}.os`, spec.os.name, ['linux', 'windows']);
  }
  if (pod) {
    for (const [list, containers] of [
      ['containers', spec.containers],
      ['initContainers', spec.initContainers],
    ] as const)
      for (const [index, { image = '' }] of (containers ?? []).entries())
        if (image.trim() !== image)
          found.invalid(`${path}.${list}[${index}].image`, image, 'must not have leading or trailing whitespace');
  }
}

/** The name of another object (NameIsDNSSubdomain), when there is one. */
function checkName(field: string, name: string | undefined | null, found: Problems): void {
  if ((name ?? '') !== '') found.check(field, name ?? '', rules.dns1123Subdomain);
}

/** validatePodHostNetworkDeps: on the node's own network a container listens on the node's own ports. */
function checkHostNetwork(path: string, spec: Partial<PodSpec>, pod: boolean, found: Problems): void {
  for (const [index, container] of (spec.containers ?? []).entries())
    for (const [number, { hostPort = 0, containerPort }] of (container.ports ?? []).entries())
      if ((pod || hostPort !== 0) && hostPort !== containerPort)
        found.invalid(
          `${path}[${index}].ports[${number}].hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        );
}

/** validatePodDNSConfig */
function checkDns(path: string, { dnsConfig, dnsPolicy }: Partial<PodSpec>, found: Problems): void {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) {
      found.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
      return;
    }
    if ((dnsConfig.nameservers ?? []).length === 0) {
      found.required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
      return;
    }
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length > 3)
    found.invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers');
  for (const [index, server] of nameservers.entries()) checkIP(`${path}.nameservers[${index}]`, server, found);
  if (searches.length > 32) found.invalid(`${path}.searches`, searches, 'must not have more than 32 search paths');
  if (searches.join(' ').length > 2048)
    found.invalid(
      `${path}.searches`,
      searches,
      'must not have more than 2048 characters (including spaces) in the search list',
    );
  for (const [index, search] of searches.entries())
    if (search !== '.') found.check(`${path}.searches[${index}]`, search.replace(/\.$/, ''), rules.dns1123Subdomain);
  for (const [index, option] of options.entries())
    if ((option.name ?? '') === '') found.required(`${path}.options[${index}]`, 'must not be empty');
}
