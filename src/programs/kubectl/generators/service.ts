import type { KubeObject } from '../../../cluster/api/types.ts';
import { GeneratorError, quoted } from './names.ts';

export interface ServiceOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `80`, `80:8080`, `80:http`. */
  readonly tcp: readonly string[];
  readonly clusterIP?: string;
  readonly nodePort?: number;
  readonly externalName?: string;
}

/** `kubectl create service TYPE`. @throws GeneratorError */
export function service(options: ServiceOptions): KubeObject {
  const { name, type, tcp } = options;
  if (
    tcp.length === 0 &&
    options.clusterIP !== 'None' &&
    (type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer')
  )
    throw new GeneratorError('at least one tcp port specifier must be provided');
  const ports = tcp.map((spec) => servicePort(spec, type === 'NodePort' ? options.nodePort : undefined));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      creationTimestamp: null as unknown as string,
      labels: { app: name },
      name,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    spec: {
      ...(options.clusterIP === undefined || options.clusterIP === '' ? {} : { clusterIP: options.clusterIP }),
      ...(options.externalName === undefined ? {} : { externalName: options.externalName }),
      ...(ports.length === 0 ? {} : { ports }),
      selector: { app: name },
      type,
    },
    status: { loadBalancer: {} },
  };
}

function servicePort(spec: string, nodePort: number | undefined): Record<string, unknown> {
  const [first = '', second] = spec.split(':', 2);
  const port = portNumber(first);
  const target = second === undefined ? port : /^\d+$/.test(second) ? portNumber(second) : portName(second);
  return {
    name: spec.replace(':', '-'),
    ...(nodePort === undefined || nodePort === 0 ? {} : { nodePort }),
    port,
    protocol: 'TCP',
    targetPort: target,
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text)) throw new GeneratorError(`strconv.ParseUint: parsing ${quoted(text)}: invalid syntax`);
  if (port < 1 || port > 65535) throw new GeneratorError('must be between 1 and 65535, inclusive');
  return port;
}

function portName(text: string): string {
  const errors: string[] = [];
  if (text.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(text)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) errors.push('must contain at least one letter (a-z)');
  if (/--/.test(text)) errors.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(text)) errors.push('must not begin or end with a hyphen');
  if (errors.length > 0) throw new GeneratorError(errors.join(','));
  return text;
}
