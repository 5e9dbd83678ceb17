import type { DaemonSet, StatefulSet } from 'kubernetes-types/apps/v1';
import type { Deployment, KubeObject } from '../../../cluster/api/types.ts';
import { Failure } from '../errors.ts';

/** What `rollout status` says of an object as it is now, and whether the rollout is over. */
export interface RolloutState {
  readonly message: string;
  readonly done: boolean;
}

/** polymorphichelpers' StatusViewers. `revision` 0: any. @throws Failure when the rollout has failed or cannot be followed */
export function rolloutState(object: KubeObject, revision: number): RolloutState {
  switch (object.kind) {
    case 'Deployment':
      return deploymentState(object as Deployment & KubeObject, revision);
    case 'DaemonSet':
      return daemonSetState(object as DaemonSet & KubeObject);
    case 'StatefulSet':
      return statefulSetState(object as StatefulSet & KubeObject);
    default:
      throw new Failure(`no status viewer has been implemented for ${object.kind ?? ''}`);
  }
}

const waiting = (message: string): RolloutState => ({ message: `${message}\n`, done: false });
const done = (message: string): RolloutState => ({ message: `${message}\n`, done: true });

function deploymentState({ metadata, spec, status }: Deployment, revision: number): RolloutState {
  const name = JSON.stringify(metadata?.name ?? '');
  if (revision > 0) {
    const running = Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    if (running !== revision)
      throw new Failure(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting('Waiting for deployment spec update to be observed...');
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    throw new Failure(`deployment ${name} exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  const begin = `Waiting for deployment ${name} rollout to finish: `;
  if (spec?.replicas !== undefined && updated < spec.replicas)
    return waiting(`${begin}${updated} out of ${spec.replicas} new replicas have been updated...`);
  if (replicas > updated) return waiting(`${begin}${replicas - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${begin}${available} of ${updated} updated replicas are available...`);
  return done(`deployment ${name} successfully rolled out`);
}

function daemonSetState({ metadata, spec, status }: DaemonSet): RolloutState {
  if (spec?.updateStrategy?.type !== 'RollingUpdate')
    throw new Failure('rollout status is only available for RollingUpdate strategy type');
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting('Waiting for daemon set spec update to be observed...');
  const name = JSON.stringify(metadata?.name ?? '');
  const {
    desiredNumberScheduled: desired = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable = 0,
  } = status ?? {};
  const begin = `Waiting for daemon set ${name} rollout to finish: `;
  if (updated < desired) return waiting(`${begin}${updated} out of ${desired} new pods have been updated...`);
  if (numberAvailable < desired)
    return waiting(`${begin}${numberAvailable} of ${desired} updated pods are available...`);
  return done(`daemon set ${name} successfully rolled out`);
}

function statefulSetState({ metadata, spec, status }: StatefulSet): RolloutState {
  if (spec?.updateStrategy?.type !== 'RollingUpdate')
    throw new Failure('rollout status is only available for RollingUpdate strategy type');
  if ((status?.observedGeneration ?? 0) === 0 || (metadata?.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting('Waiting for statefulset spec update to be observed...');
  const { replicas: wanted } = spec;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, currentReplicas = 0 } = status ?? {};
  if (wanted !== undefined && ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    if (wanted !== undefined && updated < wanted - partition)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
      );
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (status?.updateRevision !== status?.currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${status?.updateRevision ?? ''}...`,
    );
  return done(
    `statefulset rolling update complete ${currentReplicas} pods at revision ${status?.currentRevision ?? ''}...`,
  );
}
