import { GoSyntax } from '../api/errors.ts';
import type { KubeObject, Service } from '../api/types.ts';
import { Problems, rules } from './fields.ts';
import { checkCIDR, checkIP, checkNonSpecialIP, ipFamily } from './ip.ts';
import { checkLabels } from './labels.ts';
import { PROTOCOLS } from './ports.ts';
import { externallyAccessible, isHeadless, needsClusterIP, needsHealthCheck } from './service-allocation.ts';

type ServiceObject = Service & KubeObject;
type Spec = NonNullable<Service['spec']>;
type Port = NonNullable<Spec['ports']>[number];

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;
const POLICIES = ['Cluster', 'Local'] as const;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";
const KUBELET_PORT = 10250;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** ValidateService (pkg/apis/core/validation), in its order. */
export function validateService(object: ServiceObject): Problems {
  const found = new Problems();
  const spec: Spec = object.spec ?? {};
  const ports = spec.ports ?? [];
  const headless = isHeadless(spec);
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') found.required('spec.ports');
  checkType(spec, headless, found);
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) checkPort(`spec.ports[${index}]`, port, ports.length > 1, names, found);
  checkLabels('spec.selector', spec.selector, found);
  found.oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
  checkAffinity(spec, found);
  if (spec.type !== 'ExternalName') checkClusterIPs(spec, headless, found);
  for (const [index, ip] of (spec.externalIPs ?? []).entries())
    if (checkIP(`spec.externalIPs[${index}]`, ip, found)) checkNonSpecialIP(`spec.externalIPs[${index}]`, ip, found);
  found.oneOf('spec.type', spec.type, TYPES);
  checkDuplicates(spec, ports, found);
  checkLoadBalancer(object, spec, found);
  checkTrafficPolicies(spec, found);
  return found;
}

function checkType(spec: Spec, headless: boolean, found: Problems): void {
  if (spec.type === 'LoadBalancer')
    for (const [index, port] of (spec.ports ?? []).entries())
      if (port.port === KUBELET_PORT)
        found.invalid(
          `spec.ports[${index}]`,
          port.port,
          `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`,
        );
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort'))
    found.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`);
  if (spec.type !== 'ExternalName') return;
  if (spec.clusterIP || (spec.clusterIPs ?? []).length > 0)
    found.forbidden('spec.clusterIPs', 'may not be set for ExternalName services');
  if ((spec.ipFamilies ?? []).length > 0)
    found.forbidden('spec.ipFamilies', 'may not be set for ExternalName services');
  if (spec.ipFamilyPolicy) found.forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') found.required('spec.externalName');
  else found.check('spec.externalName', name, rules.dns1123Subdomain);
}

/** validateServicePort */
function checkPort(at: string, port: Port, requireName: boolean, names: Set<string>, found: Problems): void {
  const name = port.name ?? '';
  if (name !== '') {
    found.check(`${at}.name`, name, rules.dns1123Label);
    if (names.has(name)) found.duplicate(`${at}.name`, name);
    names.add(name);
  } else if (requireName) found.required(`${at}.name`);
  found.port(`${at}.port`, port.port);
  found.oneOf(`${at}.protocol`, port.protocol, PROTOCOLS);
  found.portOrName(`${at}.targetPort`, port.targetPort);
  if (port.appProtocol !== undefined && port.appProtocol !== null)
    found.check(`${at}.appProtocol`, port.appProtocol, rules.qualifiedName);
}

/** validateClientIPAffinityConfig */
function checkAffinity(spec: Spec, found: Problems): void {
  const at = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig)
    found.forbidden(at, 'must not be set when session affinity is None');
  if (spec.sessionAffinity !== 'ClientIP') return;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined || seconds === null)
    found.required(`${at}.clientIP.timeoutSeconds`, 'when session affinity type is ClientIP');
  else if (seconds <= 0 || seconds > 86400)
    found.invalid(`${at}.clientIP.timeoutSeconds`, seconds, 'must be greater than 0 and less than 86400');
}

/** ValidateServiceClusterIPsRelatedFields, for a cluster of one family: IPv4. */
function checkClusterIPs(spec: Spec, headless: boolean, found: Problems): void {
  const at = 'spec.clusterIPs';
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (clusterIP !== '') {
    if (clusterIPs.length === 0) found.required(at);
    else if (clusterIPs[0] !== clusterIP) found.invalid(at, clusterIPs, 'first value must match `clusterIP`');
  } else if (clusterIPs.length > 0) found.invalid(at, clusterIPs, 'must be empty when `clusterIP` is not specified');
  const seen = new Set<string>();
  for (const [index, family] of ipFamilies.entries()) {
    if (family !== 'IPv4' && family !== 'IPv6')
      found.unsupported(`spec.ipFamilies[${index}]`, family, ['IPv4', 'IPv6']);
    if (seen.has(family)) found.duplicate(`spec.ipFamilies[${index}]`, family);
    seen.add(family);
  }
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
  if (ipFamilyPolicy && !policies.includes(ipFamilyPolicy))
    found.unsupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies);
  let bad = false;
  for (const [index, ip] of clusterIPs.entries()) {
    if (index === 0 && ip === 'None') {
      if (clusterIPs.length > 1) {
        bad = true;
        found.invalid(at, clusterIPs, "'None' must be the first and only value");
      }
    } else if (!checkIP(`${at}[${index}]`, ip, found)) bad = true;
  }
  if (clusterIPs.length > 2) found.invalid(at, clusterIPs, 'may only hold up to 2 values');
  if (bad || headless) return;
  const families = clusterIPs.map(ipFamily);
  if (families.length > 1 && families[0] === families[1])
    found.invalid(at, clusterIPs, 'may specify no more than one IP for each IP family');
  for (const [index, ip] of clusterIPs.entries()) {
    const family = ipFamilies[index];
    if (family !== undefined && family !== `IPv${families[index]}`)
      found.invalid(`${at}[${index}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``);
  }
  const foreign = ipFamilies.indexOf('IPv6');
  if (foreign >= 0) found.invalid(`spec.ipFamilies[${foreign}]`, 'IPv6', 'not configured on this cluster');
  if (ipFamilyPolicy === 'RequireDualStack')
    found.invalid('spec.ipFamilyPolicy', ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
}

function checkDuplicates(spec: Spec, ports: readonly Port[], found: Problems): void {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, { nodePort = 0, protocol }] of ports.entries()) {
    if (nodePort === 0) continue;
    if (spec.type === 'ClusterIP')
      found.forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'");
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) found.duplicate(`spec.ports[${index}].nodePort`, nodePort);
    nodePorts.add(key);
  }
  for (const [index, { port, protocol = '' }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    if (numbers.has(key))
      found.duplicate(
        `spec.ports[${index}]`,
        new GoSyntax(
          `core.ServicePort{Name:"", Protocol:${JSON.stringify(protocol)}, AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`,
        ),
      );
    numbers.add(key);
  }
}

function checkLoadBalancer(object: ServiceObject, spec: Spec, found: Problems): void {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = object.metadata?.annotations?.[SOURCE_RANGES];
  const isLoadBalancer = spec.type === 'LoadBalancer';
  if (ranges.length > 0) {
    const at = 'spec.LoadBalancerSourceRanges';
    if (!isLoadBalancer) found.forbidden(at, ONLY_LOAD_BALANCER);
    for (const [index, range] of ranges.entries()) checkCIDR(`${at}[${index}]`, range.trim(), found);
  } else if (annotation !== undefined) {
    const at = `metadata.annotations[${SOURCE_RANGES}]`;
    if (!isLoadBalancer) found.forbidden(at, ONLY_LOAD_BALANCER);
    if (annotation.trim() !== '') for (const range of annotation.split(',')) checkCIDR(at, range.trim(), found);
  }
  const allocates = spec.allocateLoadBalancerNodePorts;
  if (allocates !== undefined && allocates !== null && !isLoadBalancer)
    found.forbidden('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER);
  if (spec.loadBalancerClass) {
    if (isLoadBalancer) found.check('spec.loadBalancerClass', spec.loadBalancerClass, rules.qualifiedName);
    else found.forbidden('spec.loadBalancerClass', ONLY_LOAD_BALANCER);
  }
}

function checkTrafficPolicies(spec: Spec, found: Problems): void {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort = 0 } = spec;
  if (externallyAccessible(spec)) found.oneOf('spec.externalTrafficPolicy', external, POLICIES);
  else if (external)
    found.invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services');
  if (!needsHealthCheck(spec)) {
    if (healthCheckNodePort !== 0)
      found.invalid(
        'spec.healthCheckNodePort',
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      );
  } else if (healthCheckNodePort !== 0) found.port('spec.healthCheckNodePort', healthCheckNodePort);
  if (internal && !(POLICIES as readonly string[]).includes(internal))
    found.unsupported('spec.internalTrafficPolicy', internal, POLICIES);
  const distribution = spec.trafficDistribution;
  if (distribution && distribution !== 'PreferClose')
    found.unsupported('spec.trafficDistribution', distribution, ['PreferClose']);
}

/** ValidateServiceUpdate: what may not change once it is set. */
export function validateServiceUpdate(object: ServiceObject, old: ServiceObject): Problems {
  const found = new Problems();
  const spec: Spec = object.spec ?? {};
  const before: Spec = old.spec ?? {};
  if (needsClusterIP(spec) && needsClusterIP(before) && !(isHeadless(spec) && isHeadless(before))) {
    const [now, then] = [spec.clusterIPs ?? [], before.clusterIPs ?? []];
    if (then.length > 0 && now.length === 0)
      found.invalid('spec.clusterIPs[0]', now, 'primary clusterIP can not be unset');
    else if (then.length > 0 && now[0] !== then[0]) found.invalid('spec.clusterIPs[0]', now, 'may not change once set');
    const [families, familiesThen] = [spec.ipFamilies ?? [], before.ipFamilies ?? []];
    if (isHeadless(spec) === isHeadless(before) && families[0] !== familiesThen[0] && familiesThen.length > 0)
      found.invalid('spec.ipFamilies[0]', families, 'may not change once set');
  }
  if (
    spec.type === 'LoadBalancer' &&
    before.type === 'LoadBalancer' &&
    spec.loadBalancerClass !== before.loadBalancerClass
  )
    found.invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set');
  if (
    needsHealthCheck(spec) &&
    needsHealthCheck(before) &&
    (spec.healthCheckNodePort ?? 0) !== (before.healthCheckNodePort ?? 0)
  )
    found.forbidden('spec.healthCheckNodePort', 'field is immutable');
  return found;
}
