import type { KubeObject } from '../../../cluster/api/types.ts';
import { containerName, GeneratorError } from './names.ts';

export interface DeploymentOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly images: readonly string[];
  readonly replicas: number;
  /** -1: none. */
  readonly port: number;
  readonly command: readonly string[];
}

/** `kubectl create deployment`. With null where the real one prints an unset field of a Go struct. */
export function deployment(options: DeploymentOptions): KubeObject {
  const { name, images, command, port } = options;
  if (images.length > 1 && command.length > 0)
    throw new GeneratorError('cannot specify multiple --image options and command');
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      creationTimestamp: null as unknown as string,
      labels,
      name,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: { ...labels } },
      strategy: {},
      template: {
        metadata: { creationTimestamp: null, labels: { ...labels } },
        spec: {
          containers: images.map((image) => ({
            ...(command.length === 0 ? {} : { command: [...command] }),
            image,
            name: containerName(image),
            ...(port >= 0 ? { ports: [{ containerPort: port }] } : {}),
            resources: {},
          })),
        },
      },
    },
    status: {},
  };
}
