import type { KubeObject } from '../../../cluster/api/types.ts';
import { GeneratorError, parseLabels } from './names.ts';

export interface ExposeOptions {
  readonly name: string;
  readonly port?: string;
  readonly targetPort?: string;
  readonly protocol?: string;
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalIP?: string;
  readonly loadBalancerIP?: string;
  readonly sessionAffinity?: string;
  readonly labels?: string;
  readonly selector?: string;
}

interface PodSpec {
  containers?: { ports?: { containerPort: number; protocol?: string }[] }[];
}

/**
 * `kubectl expose`: the Service for an object (cmd/expose, generate/versioned/service.go). Selector and ports are the
 * object's own unless flags say otherwise. @throws GeneratorError in kubectl's words
 */
export function exposed(object: KubeObject, options: ExposeOptions): KubeObject {
  const kind = object.kind ?? '';
  const spec = (object['spec'] ?? {}) as {
    selector?: Record<string, unknown>;
    template?: { spec?: PodSpec };
    ports?: { port: number; protocol?: string }[];
  } & PodSpec;
  const selector =
    options.selector === undefined || options.selector === '' ? selectorOf(object) : parseLabels(options.selector);
  const found =
    kind === 'Service'
      ? (spec.ports ?? []).map((port) => ({ port: port.port, protocol: port.protocol ?? 'TCP' }))
      : podPorts(kind === 'Pod' ? spec : (spec.template?.spec ?? {}));
  const wanted =
    options.port === undefined || options.port === '' ? found.map(({ port }) => String(port)) : options.port.split(',');
  if (wanted.length === 0) throw new GeneratorError("couldn't find port via --port flag or introspection");
  const protocols = new Map(found.map(({ port, protocol }) => [String(port), protocol]));
  const labels =
    options.labels === undefined || options.labels === '' ? object.metadata?.labels : parseLabels(options.labels);
  const ports = wanted.map((text, index) => {
    const port = Number(text);
    if (!/^-?\d+$/.test(text))
      throw new GeneratorError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const target = options.targetPort === undefined || options.targetPort === '' ? text : options.targetPort;
    return {
      ...(wanted.length > 1 ? { name: `port-${index + 1}` } : {}),
      port,
      protocol: options.protocol ?? protocols.get(text) ?? 'TCP',
      targetPort: /^\d+$/.test(target) ? Number(target) : target,
    };
  });
  const type = options.type ?? '';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      creationTimestamp: null as unknown as string,
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
      name: options.name,
    },
    spec: {
      ...(options.clusterIP === undefined || options.clusterIP === '' ? {} : { clusterIP: options.clusterIP }),
      ...(options.externalIP === undefined || options.externalIP === '' ? {} : { externalIPs: [options.externalIP] }),
      ...(options.loadBalancerIP === undefined || options.loadBalancerIP === ''
        ? {}
        : { loadBalancerIP: options.loadBalancerIP }),
      ports,
      selector,
      ...(options.sessionAffinity === undefined || options.sessionAffinity === ''
        ? {}
        : { sessionAffinity: affinity(options.sessionAffinity) }),
      ...(type === '' ? {} : { type }),
    },
    status: { loadBalancer: {} },
  };
}

function affinity(text: string): string {
  if (text === 'None' || text === 'ClientIP') return text;
  throw new GeneratorError(`unknown session affinity: ${text}`);
}

/** polymorphichelpers.MapBasedSelectorForObject */
function selectorOf(object: KubeObject): Record<string, string> {
  const kind = object.kind ?? '';
  const spec = object['spec'] as { selector?: Record<string, unknown> } | undefined;
  const name = object.metadata?.name ?? '';
  if (kind === 'Pod') {
    const labels = object.metadata?.labels ?? {};
    if (Object.keys(labels).length === 0)
      throw new GeneratorError(
        `couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed`,
      );
    return { ...labels };
  }
  if (kind === 'Service') {
    const selector = (spec?.selector ?? {}) as Record<string, string>;
    if (Object.keys(selector).length === 0)
      throw new GeneratorError(
        "couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set",
      );
    return { ...selector };
  }
  const selector = (spec?.selector ?? {}) as {
    matchLabels?: Record<string, string>;
    matchExpressions?: readonly unknown[];
  };
  if ((selector.matchExpressions ?? []).length > 0)
    throw new GeneratorError(
      `couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "${JSON.stringify(selector.matchExpressions)}" to map-based selector format`,
    );
  if (selector.matchLabels === undefined)
    throw new GeneratorError(
      `couldn't retrieve selectors via --selector flag or introspection: cannot extract pod selector from ${kind} ${name}`,
    );
  return { ...selector.matchLabels };
}

function podPorts(spec: PodSpec): { port: number; protocol: string }[] {
  return (spec.containers ?? []).flatMap((container) =>
    (container.ports ?? []).map((port) => ({ port: port.containerPort, protocol: port.protocol ?? 'TCP' })),
  );
}
