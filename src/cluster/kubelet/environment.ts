import type { Clients } from '../api/client.ts';
import type { ConfigMap, Container, KubeObject, Pod, Secret, Service } from '../api/types.ts';
import { podField } from './volumes.ts';

/** A container's environment cannot be made: CreateContainerConfigError and its message. */
export class ConfigError extends Error {}

type Env = [string, string][];

/**
 * A container's variables, in the kubelet's order: those of Services that exist now, then envFrom, then env, with $(VAR)
 * expanded (pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables). @throws ConfigError
 */
export function environment(clients: Clients, pod: Pod, container: Container): Env {
  const result = new Map<string, string>();
  const namespace = pod.metadata?.namespace ?? '';
  for (const [name, value] of serviceVariables(clients, namespace, pod.spec?.enableServiceLinks ?? true))
    result.set(name, value);
  const own = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    const prefix = source.prefix ?? '';
    if (source.configMapRef !== undefined) {
      const name = source.configMapRef.name ?? '';
      const map = clients.resource<ConfigMap & KubeObject>('configmaps').find(name, namespace);
      if (map === undefined && source.configMapRef.optional !== true)
        throw new ConfigError(`configmap "${name}" not found`);
      for (const [key, value] of Object.entries(map?.data ?? {})) own.set(prefix + key, value);
    }
    if (source.secretRef !== undefined) {
      const name = source.secretRef.name ?? '';
      const secret = clients.resource<Secret & KubeObject>('secrets').find(name, namespace);
      if (secret === undefined && source.secretRef.optional !== true)
        throw new ConfigError(`secret "${name}" not found`);
      for (const [key, value] of Object.entries(secret?.data ?? {})) own.set(prefix + key, atob(value));
    }
  }
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value ?? '', (name) => own.get(name) ?? result.get(name))
        : valueFrom(clients, pod, container, variable);
    if (value !== undefined) own.set(variable.name, value);
  }
  for (const [name, value] of own) result.set(name, value);
  return [...result];
}

type Variable = NonNullable<Container['env']>[number];

function valueFrom(clients: Clients, pod: Pod, container: Container, variable: Variable): string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  const namespace = pod.metadata?.namespace ?? '';
  if (fieldRef !== undefined) return podField(pod, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) {
    const [part, name] = resourceFieldRef.resource.split('.');
    const resources = part === 'limits' ? container.resources?.limits : container.resources?.requests;
    return String(resources?.[name ?? ''] ?? '0');
  }
  if (configMapKeyRef !== undefined) {
    const map = clients.resource<ConfigMap & KubeObject>('configmaps').find(configMapKeyRef.name ?? '', namespace);
    const value = map?.data?.[configMapKeyRef.key];
    if (value !== undefined || configMapKeyRef.optional === true) return value;
    throw new ConfigError(
      map === undefined
        ? `configmap "${configMapKeyRef.name}" not found`
        : `couldn't find key ${configMapKeyRef.key} in ConfigMap ${namespace}/${configMapKeyRef.name}`,
    );
  }
  if (secretKeyRef !== undefined) {
    const secret = clients.resource<Secret & KubeObject>('secrets').find(secretKeyRef.name ?? '', namespace);
    const value = secret?.data?.[secretKeyRef.key];
    if (value !== undefined) return atob(value);
    if (secretKeyRef.optional === true) return undefined;
    throw new ConfigError(
      secret === undefined
        ? `secret "${secretKeyRef.name}" not found`
        : `couldn't find key ${secretKeyRef.key} in Secret ${namespace}/${secretKeyRef.name}`,
    );
  }
  return undefined;
}

/** `$(NAME)` becomes the value, `$$` a dollar; an unknown name stays as it is (third_party/forked/golang/expansion). */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (lookup(name) ?? whole),
  );
}

/**
 * FromServices (pkg/kubelet/envvars): for each Service with an address, in the pod's namespace, and `kubernetes` of default:
 * NAME_SERVICE_HOST and _PORT, and the variables of Docker links. Without links only those of `kubernetes`.
 */
function serviceVariables(clients: Clients, namespace: string, links: boolean): Env {
  const services = clients.resource<Service & KubeObject>('services');
  const master = services.find('kubernetes', 'default');
  const own = links
    ? services
        .list({ namespace })
        .filter((service) => !(namespace === 'default' && service.metadata?.name === 'kubernetes'))
    : [];
  const all = [...own, ...(master === undefined ? [] : [master])].filter(
    (service) =>
      service.spec?.clusterIP !== undefined && service.spec.clusterIP !== 'None' && service.spec.clusterIP !== '',
  );
  const env: Env = [];
  for (const service of all) {
    const name = (service.metadata?.name ?? '').toUpperCase().replaceAll('-', '_');
    const ip = service.spec?.clusterIP ?? '';
    const ports = service.spec?.ports ?? [];
    env.push([`${name}_SERVICE_HOST`, ip], [`${name}_SERVICE_PORT`, String(ports[0]?.port ?? '')]);
    for (const port of ports)
      if ((port.name ?? '') !== '')
        env.push([`${name}_SERVICE_PORT_${(port.name ?? '').toUpperCase().replaceAll('-', '_')}`, String(port.port)]);
    for (const [index, port] of ports.entries()) {
      const protocol = (port.protocol ?? 'TCP').toLowerCase();
      const url = `${protocol}://${ip}:${port.port}`;
      if (index === 0) env.push([`${name}_PORT`, url]);
      const prefix = `${name}_PORT_${port.port}_${protocol.toUpperCase()}`;
      env.push(
        [prefix, url],
        [`${prefix}_PROTO`, protocol],
        [`${prefix}_PORT`, String(port.port)],
        [`${prefix}_ADDR`, ip],
      );
    }
  }
  return env;
}
