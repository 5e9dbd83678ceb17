import { GoSyntax } from '../../api/errors.ts';
import type { Container, PodSpec } from '../../api/types.ts';
import { type Problems, rules } from '../fields.ts';
import { PROTOCOLS } from '../ports.ts';
import { compareQuantities, milliValue } from '../quantity.ts';
import { checkEnv, checkEnvFrom } from './environment.ts';
import { checkHandlers } from './probes.ts';
import { checkRelative, type Volumes } from './volumes.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always';

/** validateContainers and validateInitContainers. `path` is that of the pod's spec. */
export function checkContainers(path: string, spec: Partial<PodSpec>, volumes: Volumes, found: Problems): void {
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  const containers = spec.containers ?? [];
  const names = new Set<string>();
  if (containers.length === 0) found.required(`${path}.containers`);
  for (const [index, container] of containers.entries()) {
    const at = `${path}.containers[${index}]`;
    checkContainer(at, container, volumes, spec.restartPolicy, found);
    if (names.has(container.name)) found.duplicate(`${at}.name`, container.name);
    names.add(container.name);
    checkHandlers(at, container, grace, found);
    if (container.restartPolicy) found.forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers');
  }
  checkHostPorts(`${path}.containers`, containers, found);
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const at = `${path}.initContainers[${index}]`;
    checkContainer(at, container, volumes, spec.restartPolicy, found);
    const sidecar = container.restartPolicy === 'Always';
    if (container.restartPolicy && !sidecar)
      found.unsupported(`${at}.restartPolicy`, container.restartPolicy, ['Always']);
    if (names.has(container.name)) found.duplicate(`${at}.name`, container.name);
    else if ((container.name ?? '') !== '') names.add(container.name);
    checkHostPorts(`${path}.initContainers`, [container], found);
    if (sidecar) checkHandlers(at, container, grace, found);
    else
      for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
        if (container[field]) found.forbidden(`${at}.${field}`, NOT_FOR_INIT);
  }
}

/** validateContainerCommon */
function checkContainer(
  at: string,
  container: Container,
  volumes: Volumes,
  podRestart: string | undefined,
  found: Problems,
): void {
  if ((container.name ?? '') === '') found.required(`${at}.name`);
  else found.check(`${at}.name`, container.name, rules.dns1123Label);
  if ((container.image ?? '') === '') found.required(`${at}.image`);
  found.oneOf(`${at}.terminationMessagePolicy`, container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  checkPorts(`${at}.ports`, container.ports, found);
  checkEnv(`${at}.env`, container.env, found);
  checkEnvFrom(`${at}.envFrom`, container.envFrom, found);
  checkMounts(`${at}.volumeMounts`, container, volumes, found);
  found.oneOf(`${at}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES);
  checkResources(`${at}.resources`, container.resources, found);
  const seen = new Set<string>();
  for (const [index, policy] of (container.resizePolicy ?? []).entries()) {
    if (seen.has(policy.resourceName)) found.duplicate(`${at}.resizePolicy[${index}]`, policy.resourceName);
    seen.add(policy.resourceName);
    found.oneOf(`${at}.resizePolicy`, policy.resourceName, ['cpu', 'memory']);
    found.oneOf(`${at}.resizePolicy`, policy.restartPolicy, ['NotRequired', 'RestartContainer']);
    if (podRestart === 'Never' && policy.restartPolicy !== 'NotRequired')
      found.invalid(
        `${at}.resizePolicy`,
        policy.restartPolicy,
        "must be 'NotRequired' when `restartPolicy` is 'Never'",
      );
  }
  const security = container.securityContext;
  for (const field of ['runAsUser', 'runAsGroup'] as const)
    checkId(`${at}.securityContext.${field}`, security?.[field], found);
  if (security?.allowPrivilegeEscalation !== false) return;
  const where = `${at}.securityContext`;
  if (security.privileged === true)
    found.invalid(
      where,
      goSecurityContext(security),
      'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    );
  if (security.capabilities?.add?.includes('CAP_SYS_ADMIN') === true)
    found.invalid(
      where,
      goSecurityContext(security),
      'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
    );
}

type SecurityContext = NonNullable<Container['securityContext']>;

/** Go's types of the fields, in the order of the struct. */
const SECURITY_FIELDS: readonly (readonly [field: keyof SecurityContext & string, type: string])[] = [
  ['capabilities', 'core.Capabilities'],
  ['privileged', 'bool'],
  ['seLinuxOptions', 'core.SELinuxOptions'],
  ['windowsOptions', 'core.WindowsSecurityContextOptions'],
  ['runAsUser', 'int64'],
  ['runAsGroup', 'int64'],
  ['runAsNonRoot', 'bool'],
  ['readOnlyRootFilesystem', 'bool'],
  ['allowPrivilegeEscalation', 'bool'],
  ['procMount', 'core.ProcMountType'],
  ['seccompProfile', 'core.SeccompProfile'],
  ['appArmorProfile', 'core.AppArmorProfile'],
];

/** A SecurityContext as Go's %#v prints it: what is set shows as an address, which says nothing and is never twice the same. */
function goSecurityContext(security: SecurityContext): GoSyntax {
  const parts = SECURITY_FIELDS.map(([field, type], index) => {
    const name = field === 'seLinuxOptions' ? 'SELinuxOptions' : field.charAt(0).toUpperCase() + field.slice(1);
    const set = security[field] !== undefined && security[field] !== null;
    return `${name}:(*${type})(${set ? `0xc00${(0x8d3c4e0 + index * 8).toString(16)}` : 'nil'})`;
  });
  return new GoSyntax(`core.SecurityContext{${parts.join(', ')}}`);
}

/** A user or group id (validation.IsValidUserID). */
export function checkId(field: string, id: number | undefined | null, found: Problems): void {
  if (id !== undefined && id !== null && (id < 0 || id > 2 ** 31 - 1))
    found.invalid(field, id, 'must be between 0 and 2147483647, inclusive');
}

/** validateContainerPorts */
function checkPorts(path: string, ports: Container['ports'], found: Problems): void {
  const names = new Set<string>();
  for (const [index, port] of (ports ?? []).entries()) {
    const at = `${path}[${index}]`;
    const name = port.name ?? '';
    if (name !== '') {
      const before = found.list.length;
      found.portOrName(`${at}.name`, name);
      if (found.list.length === before) {
        if (names.has(name)) found.duplicate(`${at}.name`, name);
        names.add(name);
      }
    }
    if ((port.containerPort ?? 0) === 0) found.required(`${at}.containerPort`);
    else found.port(`${at}.containerPort`, port.containerPort);
    if ((port.hostPort ?? 0) !== 0) found.port(`${at}.hostPort`, port.hostPort);
    found.oneOf(`${at}.protocol`, port.protocol, PROTOCOLS);
  }
}

/** checkHostPortConflicts */
function checkHostPorts(path: string, containers: readonly Container[], found: Problems): void {
  const taken = new Set<string>();
  for (const [index, container] of containers.entries()) {
    for (const [number, port] of (container.ports ?? []).entries()) {
      if ((port.hostPort ?? 0) === 0) continue;
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) found.duplicate(`${path}[${index}].ports[${number}].hostPort`, key);
      taken.add(key);
    }
  }
}

/** ValidateVolumeMounts */
function checkMounts(path: string, container: Container, volumes: Volumes, found: Problems): void {
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${path}[${index}]`;
    const name = mount.name ?? '';
    if (name === '') found.required(`${at}.name`);
    if (!volumes.has(name)) found.notFound(`${at}.name`, name);
    const mountPath = mount.mountPath ?? '';
    if (mountPath === '') found.required(`${at}.mountPath`);
    if (paths.has(mountPath)) found.invalid(`${at}.mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    const { subPath = '', subPathExpr = '' } = mount;
    if (subPath !== '') checkRelative(`${path}.subPath`, subPath, found);
    if (subPathExpr !== '') {
      if (subPath !== '')
        found.invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      checkRelative(`${path}.subPathExpr`, subPathExpr, found);
    }
  }
}

/** Resources that a container can ask for without a domain (helper.IsStandardContainerResourceName). */
const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

/** ValidateResourceRequirements */
export function checkResources(at: string, resources: Container['resources'], found: Problems): void {
  for (const part of ['limits', 'requests'] as const) {
    for (const [name, quantity] of Object.entries(resources?.[part] ?? {})) {
      const where = `${at}.${part}[${name}]`;
      checkResourceName(where, name, found);
      if (compareQuantities(quantity, '0') < 0) found.invalid(where, quantity, 'must be greater than or equal to 0');
      if (name.includes('/') && milliValue(quantity) % 1000 !== 0) found.invalid(where, quantity, 'must be an integer');
      if (part === 'limits') continue;
      const limit = resources?.limits?.[name];
      const overcommit = !name.includes('/') && !name.startsWith('hugepages-');
      if (limit === undefined) {
        if (!overcommit) found.required(`${at}.limits`, 'Limit must be set for non overcommitable resources');
        continue;
      }
      const order = compareQuantities(quantity, limit);
      if (!overcommit && order !== 0)
        found.invalid(`${at}.requests`, quantity, `must be equal to ${name} limit of ${limit}`);
      else if (order > 0)
        found.invalid(`${at}.requests`, quantity, `must be less than or equal to ${name} limit of ${limit}`);
    }
  }
}

/** validateContainerResourceName */
function checkResourceName(field: string, name: string, found: Problems): void {
  const before = found.list.length;
  found.check(field, name, rules.qualifiedName);
  if (found.list.length !== before) return;
  if (!name.includes('/') && !STANDARD.includes(name) && !name.startsWith('hugepages-')) {
    found.invalid(field, name, 'must be a standard resource type or fully qualified');
    found.invalid(field, name, 'must be a standard resource for containers');
  }
}
