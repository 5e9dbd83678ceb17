import type { KubeObject, Node, Pod } from '../api/types.ts';
import { type Controller, isFinished } from './context.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type PodObject = Pod & KubeObject;

/** How long a node must be gone before its pods are believed gone, too (quarantineTime), in ms. */
const QUARANTINE = 40_000;

/** pkg/controller/podgc: pods of nodes that no longer exist are removed, as no kubelet is left to do it. */
export const podGarbageCollector: Controller = ({ sim, clients }) => {
  const nodes = clients.resource<Node & KubeObject>('nodes');
  const pods = clients.resource<PodObject>('pods');

  const queue = new WorkQueue(sim, { name: 'podgc', latency: QUARANTINE }, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (pod === undefined || nodes.find(pod.spec?.nodeName ?? '') !== undefined) return;
    if (!isFinished(pod)) {
      const orphaned = {
        lastTransitionTime: sim.timestamp(),
        message: 'PodGC: node no longer exists',
        reason: 'DeletionByPodGC',
        status: 'True',
        type: 'DisruptionTarget',
      };
      const conditions = (pod.status?.conditions ?? []).filter((each) => each.type !== 'DisruptionTarget');
      pods.updateStatus({ ...pod, status: { ...pod.status, phase: 'Failed', conditions: [...conditions, orphaned] } });
    }
    pods.delete(name, namespace, { gracePeriodSeconds: 0 });
  });

  const stop = nodes.watch((event) => {
    if (event.type === 'DELETED')
      for (const pod of pods.onNode(event.object.metadata?.name ?? '')) queue.add(keyOf(pod));
  });
  return () => {
    queue.stop();
    stop();
  };
};
