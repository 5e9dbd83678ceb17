import type { KubeObject } from '../../../cluster/api/types.ts';
import { GeneratorError, parseLabels } from './names.ts';

export interface PodOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly port?: number;
  readonly env: readonly string[];
  /** `a=b,c=d`; empty: `run=NAME`. */
  readonly labels: string;
  readonly annotations: readonly string[];
  readonly restart: string;
  readonly args: readonly string[];
  /** --command: the arguments are the command. */
  readonly asCommand: boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Not left behind when the client goes: stdinOnce. */
  readonly stdinOnce: boolean;
  readonly privileged?: boolean;
}

/** `kubectl run`: the pod it makes (generate/versioned/run.go, BasicPod). @throws GeneratorError */
export function pod(options: PodOptions): KubeObject {
  const labels = options.labels === '' ? { run: options.name } : parseLabels(options.labels);
  const env = options.env.map((entry) => {
    const at = entry.indexOf('=');
    if (at <= 0) throw new GeneratorError(`invalid env: ${entry}`);
    return { name: entry.slice(0, at), value: entry.slice(at + 1) };
  });
  const annotations: Record<string, string> = {};
  for (const entry of options.annotations) {
    const at = entry.indexOf('=');
    if (at <= 0) throw new GeneratorError(`unexpected annotation spec: ${entry}`);
    annotations[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      creationTimestamp: null as unknown as string,
      labels,
      name: options.name,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    spec: {
      containers: [
        {
          ...(options.args.length === 0
            ? {}
            : options.asCommand
              ? { command: [...options.args] }
              : { args: [...options.args] }),
          ...(env.length === 0 ? {} : { env }),
          image: options.image,
          ...(options.imagePullPolicy === undefined || options.imagePullPolicy === ''
            ? {}
            : { imagePullPolicy: options.imagePullPolicy }),
          name: options.name,
          ...(options.port === undefined ? {} : { ports: [{ containerPort: options.port }] }),
          resources: {},
          ...(options.privileged === undefined ? {} : { securityContext: { privileged: options.privileged } }),
          ...(options.stdin ? { stdin: true } : {}),
          ...(options.stdinOnce ? { stdinOnce: true } : {}),
          ...(options.tty ? { tty: true } : {}),
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: options.restart === '' ? 'Always' : options.restart,
    },
    status: {},
  };
}
