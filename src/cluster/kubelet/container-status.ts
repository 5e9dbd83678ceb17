import type { ContainerStatus, Pod } from '../api/types.ts';
import type { ContainerWorker } from './container.ts';
import { fullImageName } from './image-name.ts';

/** What the runtime reports of whom a container runs as; kubernetes-types does not know it yet. */
interface User {
  readonly user?: {
    readonly linux: { readonly gid: number; readonly supplementalGroups: number[]; readonly uid: number };
  };
}

/** One entry of containerStatuses, as a kubelet of 1.33 writes it. */
export function containerStatus(worker: ContainerWorker, pod: Pod): ContainerStatus & User {
  const { spec, containerID, init, probes } = worker;
  const { image = '', name, volumeMounts = [] } = spec;
  const runs = worker.running !== undefined && worker.state.running !== undefined;
  const ready = init && !worker.sidecar ? worker.succeeded : runs && probes.started && probes.ready;
  const resources = spec.resources ?? {};
  return {
    ...(runs && resources.requests !== undefined ? { allocatedResources: resources.requests } : {}),
    ...(containerID === undefined ? {} : { containerID }),
    image: containerID === undefined ? image : fullImageName(image),
    imageID: worker.imageID,
    lastState: worker.lastState,
    name,
    ready,
    ...(runs ? { resources } : {}),
    restartCount: worker.restarts,
    started: runs && probes.started,
    state: worker.state,
    ...(runs ? { user: userOf(pod, worker) } : {}),
    ...(volumeMounts.length === 0
      ? {}
      : {
          volumeMounts: volumeMounts.map(({ mountPath, name: volume, readOnly }) => ({
            mountPath,
            name: volume,
            ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
          })),
        }),
  };
}

function userOf(pod: Pod, { spec }: ContainerWorker): NonNullable<User['user']> {
  const inherited = pod.spec?.securityContext;
  const uid = spec.securityContext?.runAsUser ?? inherited?.runAsUser ?? 0;
  const gid = spec.securityContext?.runAsGroup ?? inherited?.runAsGroup ?? 0;
  const groups = new Set([
    gid,
    ...(inherited?.fsGroup === undefined ? [] : [inherited.fsGroup]),
    ...(inherited?.supplementalGroups ?? []),
  ]);
  return { linux: { gid, supplementalGroups: [...groups], uid } };
}
