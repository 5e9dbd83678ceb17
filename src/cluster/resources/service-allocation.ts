import { AllocationError } from '../api/allocators.ts';
import { errors } from '../api/errors.ts';
import type { FieldError, WriteContext } from '../api/kind.ts';
import { clone, type KubeObject, type Service } from '../api/types.ts';

type ServiceObject = Service & KubeObject;
type Spec = NonNullable<Service['spec']>;

const SERVICE = { group: '', plural: 'services', kind: 'Service' } as const;

/** Types that have an address of their own, unless they are headless. */
export const needsClusterIP = (spec: Spec | undefined) => spec?.type !== 'ExternalName';
/** Types that are reached through a port of every node. */
export const needsNodePort = (spec: Spec | undefined) =>
  spec?.type === 'NodePort' || (spec?.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
/** Load balancers that ask each node whether it has endpoints of its own. */
export const needsHealthCheck = (spec: Spec | undefined) =>
  spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
/** service.ExternallyAccessible */
export const externallyAccessible = (spec: Spec | undefined) =>
  spec?.type === 'LoadBalancer' ||
  spec?.type === 'NodePort' ||
  (spec?.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
export const isHeadless = (spec: Spec | undefined) => spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';

function ownerOf(object: ServiceObject): string {
  return `services/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

/**
 * Gives a service that passed validation its address and node ports (pkg/registry/core/service/storage/alloc.go), and takes
 * back what it needs no longer. @throws ApiError Invalid when a value is taken or out of range; then all is as before
 */
export function allocate(object: ServiceObject, old: ServiceObject | undefined, context: WriteContext): void {
  const { spec } = object;
  if (spec === undefined) return;
  const owner = ownerOf(object);
  if (old !== undefined) {
    if (sameClaims(spec, old.spec)) return;
    context.allocate.release(owner);
  }
  try {
    claim(spec, owner, context, object.metadata?.name ?? '');
  } catch (error) {
    context.allocate.release(owner);
    if (old?.spec !== undefined) claim(clone(old.spec), owner, context, '');
    throw error;
  }
}

/** Whether two specs hold the same, complete claims, so that there is nothing to allocate. */
function sameClaims(spec: Spec, old: Spec | undefined): boolean {
  return claims(spec) === claims(old ?? {}) && !claims(spec).includes('?');
}

function claims(spec: Spec): string {
  const ip = needsClusterIP(spec) ? (spec.clusterIP ?? '?') : '';
  const ports = (spec.ports ?? []).map((port) =>
    needsNodePort(spec) ? `${port.protocol}${port.nodePort || '?'}` : '',
  );
  return [ip, ...ports, needsHealthCheck(spec) ? spec.healthCheckNodePort || '?' : ''].join();
}

function claim(spec: Spec, owner: string, context: WriteContext, name: string): void {
  if (needsClusterIP(spec) && spec.clusterIP !== 'None') {
    const wanted = spec.clusterIP || spec.clusterIPs?.[0];
    const ip = attempt(name, 'spec.clusterIPs', wanted === undefined ? [] : [wanted], () =>
      context.allocate.clusterIP(wanted || undefined, owner),
    );
    spec.clusterIP = ip;
    spec.clusterIPs = [ip];
  }
  if (needsNodePort(spec)) {
    const taken = new Map<string, number>();
    // Ports that were asked for come first, so that chance does not take one of them.
    const order = [...(spec.ports ?? []).entries()].sort(([, a], [, b]) => Number(!a.nodePort) - Number(!b.nodePort));
    for (const [index, port] of order) {
      const protocol = port.protocol ?? 'TCP';
      // One number serves both protocols of one port, as DNS has it.
      const twin = [...taken].find(([key]) => key === `${protocol === 'TCP' ? 'UDP' : 'TCP'}/${port.port}`)?.[1];
      const wanted = port.nodePort || twin;
      const number = attempt(name, `spec.ports[${index}].nodePort`, port.nodePort ?? 0, () =>
        context.allocate.nodePort(wanted, protocol, owner),
      );
      port.nodePort = number;
      taken.set(`${protocol}/${port.port}`, number);
    }
  }
  if (needsHealthCheck(spec))
    spec.healthCheckNodePort = attempt(name, 'spec.healthCheckNodePort', spec.healthCheckNodePort ?? 0, () =>
      context.allocate.nodePort(spec.healthCheckNodePort || undefined, 'TCP', owner),
    );
}

function attempt<T>(name: string, field: string, value: unknown, allocation: () => T): T {
  try {
    return allocation();
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    const problem: FieldError = { type: 'Invalid value', field, value, detail: error.message };
    throw errors.invalid(SERVICE, name, [problem]);
  }
}

/** patchAllocatedValues: what an update leaves out and the old service has, it keeps. In place. */
export function keepAllocated(spec: Spec, old: Spec): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    spec.clusterIP ||= old.clusterIP ?? '';
    if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === old.clusterIP)
      spec.clusterIPs = [...(old.clusterIPs ?? [])];
    if (spec.clusterIP === '') delete spec.clusterIP;
  }
  if (needsNodePort(old) && needsNodePort(spec)) {
    const numbers = new Set((spec.ports ?? []).map((port) => port.nodePort ?? 0));
    for (const port of spec.ports ?? []) {
      if (port.nodePort) continue;
      const before = old.ports?.find((each) => (each.name ?? '') === (port.name ?? ''))?.nodePort;
      if (before && !numbers.has(before)) port.nodePort = before;
    }
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec) && old.healthCheckNodePort)
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
}

/**
 * dropTypeDependentFields: what only the old type needed goes with it, as long as the update did not touch it. In place.
 */
export function dropTypeFields(spec: Spec, old: Spec): void {
  const equal = (field: keyof Spec) => JSON.stringify(spec[field]) === JSON.stringify(old[field]);
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (equal('clusterIP') && equal('clusterIPs')) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (equal('ipFamilies')) delete spec.ipFamilies;
    if (equal('ipFamilyPolicy')) delete spec.ipFamilyPolicy;
    if (equal('internalTrafficPolicy')) delete spec.internalTrafficPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec)) {
    const before = new Set((old.ports ?? []).map((port) => port.nodePort ?? 0));
    if ((spec.ports ?? []).every((port) => !port.nodePort || before.has(port.nodePort)))
      for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && equal('healthCheckNodePort')) delete spec.healthCheckNodePort;
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (equal('allocateLoadBalancerNodePorts')) delete spec.allocateLoadBalancerNodePorts;
    if (equal('loadBalancerClass')) delete spec.loadBalancerClass;
  }
  if (externallyAccessible(old) && !externallyAccessible(spec) && equal('externalTrafficPolicy'))
    delete spec.externalTrafficPolicy;
}

/** normalizeClusterIPs: `clusterIP` and the first of `clusterIPs` are one value; whoever sets one sets both. In place. */
export function normalizeClusterIPs(spec: Spec, old: Spec | undefined): void {
  if (spec.type === 'ExternalName' && old === undefined) return;
  if (old === undefined) {
    if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const sameList = JSON.stringify(spec.clusterIPs ?? []) === JSON.stringify(old.clusterIPs ?? []);
  const [now, before] = [spec.clusterIP ?? '', old.clusterIP ?? ''];
  if (now === '' && before !== '') {
    if (sameList) delete spec.clusterIPs;
  } else if (now !== before && sameList) spec.clusterIPs = [now];
  else if (now === before && (spec.clusterIPs ?? []).length === 0 && (old.clusterIPs ?? []).length > 0)
    delete spec.clusterIP;
}
