import type { Flavour } from '../flavours/flavour.ts';
import type { Controller } from './context.ts';
import { daemonSetController } from './daemonset.ts';
import { deploymentController } from './deployment.ts';
import { disruptionController } from './disruption.ts';
import { endpointsController } from './endpoints.ts';
import { endpointSliceController } from './endpointslice.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring.ts';
import { eventTtl } from './event-ttl.ts';
import { garbageCollector } from './garbage-collector.ts';
import { jobController } from './job.ts';
import { loadBalancerController } from './load-balancer.ts';
import { namespaceController } from './namespace.ts';
import { namespaceDefaultsController } from './namespace-defaults.ts';
import { nodeLifecycleController } from './node-lifecycle.ts';
import { podGarbageCollector } from './pod-gc.ts';
import { replicaSetController } from './replicaset.ts';
import { statefulSetController } from './statefulset.ts';
import { taintEvictionController } from './taint-eviction.ts';

/** Every controller of a cluster. The one place where a new one is registered. */
export function controllers(flavour: Flavour): readonly Controller[] {
  return [
    deploymentController,
    replicaSetController,
    daemonSetController,
    statefulSetController,
    jobController,
    disruptionController,
    endpointsController,
    endpointSliceController,
    endpointSliceMirroringController,
    namespaceController,
    namespaceDefaultsController,
    garbageCollector,
    podGarbageCollector,
    nodeLifecycleController,
    taintEvictionController,
    loadBalancerController(flavour.cloud),
    eventTtl,
  ];
}
