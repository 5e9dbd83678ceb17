import type { Clients } from '../api/client.ts';
import type { ConfigMap, Container, KubeObject, Pod, Secret } from '../api/types.ts';
import { podField, resourceField } from './downward-api.ts';
import { serviceVariables } from './service-links.ts';
import { decode } from './volumes.ts';

/** A container's environment cannot be made: CreateContainerConfigError and its message. */
export class ConfigError extends Error {}

type Variable = NonNullable<Container['env']>[number];
type Source = NonNullable<Container['envFrom']>[number];

/**
 * A container's variables: those of Services that exist now, then envFrom, then env, each overriding what came before, with
 * $(VAR) expanded. `started`: when it began, if it runs already (makeEnvironmentVariables of pkg/kubelet/kubelet_pods.go). @throws ConfigError
 */
export function environment(
  clients: Clients,
  pod: Pod,
  container: Container,
  podIP?: string,
  started?: string,
): readonly (readonly [string, string])[] {
  const namespace = pod.metadata?.namespace ?? '';
  const links = serviceVariables(clients, namespace, pod.spec?.enableServiceLinks ?? true, started);
  if (container.envFrom === undefined && container.env === undefined) return links;
  const services = new Map(links);
  const own = new Map<string, string>();
  for (const source of container.envFrom ?? [])
    for (const [name, value] of sourceVariables(clients, namespace, source)) own.set(name, value);
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value ?? '', (name) => own.get(name) ?? services.get(name))
        : valueFrom(clients, pod, container, variable, podIP);
    if (value !== undefined) own.set(variable.name, value);
  }
  for (const [name, value] of own) services.set(name, value);
  return [...services];
}

function sourceVariables(clients: Clients, namespace: string, source: Source): [string, string][] {
  const { prefix = '', configMapRef, secretRef } = source;
  const variables: [string, string][] = [];
  if (configMapRef !== undefined) {
    const { name = '', optional } = configMapRef;
    const map = clients.resource<ConfigMap & KubeObject>('configmaps').find(name, namespace);
    if (map === undefined && optional !== true) throw new ConfigError(`configmap "${name}" not found`);
    for (const [key, value] of Object.entries(map?.data ?? {})) variables.push([prefix + key, value]);
  }
  if (secretRef !== undefined) {
    const { name = '', optional } = secretRef;
    const secret = clients.resource<Secret & KubeObject>('secrets').find(name, namespace);
    if (secret === undefined && optional !== true) throw new ConfigError(`secret "${name}" not found`);
    for (const [key, value] of Object.entries(secret?.data ?? {})) variables.push([prefix + key, decode(value)]);
  }
  return variables;
}

/** Undefined for an optional reference to nothing: the variable is left out. */
function valueFrom(
  clients: Clients,
  pod: Pod,
  container: Container,
  { valueFrom: from }: Variable,
  podIP: string | undefined,
): string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from ?? {};
  const namespace = pod.metadata?.namespace ?? '';
  if (fieldRef !== undefined) return podField(pod, fieldRef.fieldPath, podIP);
  if (resourceFieldRef !== undefined) {
    const { containerName, resource, divisor } = resourceFieldRef;
    const named = pod.spec?.containers.find((each) => each.name === containerName) ?? container;
    return resourceField(named, resource, divisor);
  }
  if (configMapKeyRef !== undefined) {
    const { name = '', key, optional } = configMapKeyRef;
    const map = clients.resource<ConfigMap & KubeObject>('configmaps').find(name, namespace);
    const value = map?.data?.[key];
    if (value !== undefined || optional === true) return value;
    throw new ConfigError(
      map === undefined
        ? `configmap "${name}" not found`
        : `couldn't find key ${key} in ConfigMap ${namespace}/${name}`,
    );
  }
  if (secretKeyRef === undefined) return undefined;
  const { name = '', key, optional } = secretKeyRef;
  const secret = clients.resource<Secret & KubeObject>('secrets').find(name, namespace);
  const value = secret?.data?.[key];
  if (value !== undefined) return decode(value);
  if (optional === true) return undefined;
  throw new ConfigError(
    secret === undefined ? `secret "${name}" not found` : `couldn't find key ${key} in Secret ${namespace}/${name}`,
  );
}

/** `$(NAME)` becomes the value, `$$` a dollar; an unknown name stays as it is (third_party/forked/golang/expansion). */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (lookup(name) ?? whole),
  );
}
