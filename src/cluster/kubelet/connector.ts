import type { ApiStream } from '../api/client.ts';
import type { LogOptions, NodeConnector } from '../api/nodes.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import type { Cluster } from '../cluster.ts';
import type { ContainerState } from './container-state.ts';
import type { ContainerLog, LogLine } from './runtime.ts';

/** The API server's way to the kubelets of a cluster. */
export function nodeConnector(cluster: () => Cluster): NodeConnector {
  const find = (namespace: string, name: string, container: string): ContainerState | { error: string } => {
    const pod = cluster().clients.resource<Pod & KubeObject>('pods').find(name, namespace);
    const node = pod?.spec?.nodeName;
    if (pod === undefined || node === undefined) return { error: `pod ${name} does not have a host assigned` };
    const kubelet = cluster().kubelet(node);
    if (kubelet?.powered !== true) {
      const ip = cluster().nodes.find((each) => each.name === node)?.internalIP ?? node;
      return {
        error: `Get "https://${ip}:10250/containerLogs/${namespace}/${name}/${container}": dial tcp ${ip}:10250: i/o timeout`,
      };
    }
    const state = kubelet.worker(namespace, name)?.container(container);
    return state ?? { error: `container not found ("${container}")` };
  };
  return {
    logs(namespace, pod, options) {
      const state = find(namespace, pod, options.container);
      if ('error' in state) return { error: state.error, code: 500 };
      const log = options.previous ? state.previousLog : state.lastLog;
      if (log === undefined) {
        if (options.previous)
          return { error: `previous terminated container "${options.container}" in pod "${pod}" not found`, code: 400 };
        const reason = state.status(true).state?.waiting?.reason ?? 'ContainerCreating';
        return {
          error: `container "${options.container}" in pod "${pod}" is waiting to start: ${reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason}`,
          code: 400,
        };
      }
      return answer(cluster(), log, options);
    },
    exec(namespace, pod, container, options) {
      const state = find(namespace, pod, container);
      if ('error' in state) return state;
      return state.running?.exec(options) ?? { error: `container not found ("${container}")` };
    },
    attach(namespace, pod, container, options) {
      const state = find(namespace, pod, container);
      if ('error' in state) return state;
      return state.running?.attach(options) ?? { error: `container not found ("${container}")` };
    },
  };
}

function answer(cluster: Cluster, log: ContainerLog, options: LogOptions): { text: string } | { stream: ApiStream } {
  const { sim } = cluster;
  const since = options.sinceSeconds === undefined ? Number.NEGATIVE_INFINITY : sim.now() - options.sinceSeconds * 1000;
  const fitting = log.lines.filter((line) => line.at >= since);
  const shown =
    options.tailLines === undefined ? fitting : options.tailLines === 0 ? [] : fitting.slice(-options.tailLines);
  const print = (line: LogLine) => {
    const stamp = options.timestamps
      ? `${new Date(Math.floor(sim.epoch + line.at)).toISOString().slice(0, 19)}.${String(Math.floor(((sim.epoch + line.at) % 1000) * 1e6)).padStart(9, '0')}Z `
      : '';
    return `${stamp}${line.text}\n`;
  };
  const text = shown.map(print).join('');
  if (!options.follow) return { text: options.limitBytes === undefined ? text : text.slice(0, options.limitBytes) };
  return {
    stream: {
      subscribe(onItem, onEnd) {
        if (text !== '') onItem(text);
        return log.follow((line) => {
          if (line === undefined) onEnd();
          else onItem(print(line));
        });
      },
    },
  };
}
