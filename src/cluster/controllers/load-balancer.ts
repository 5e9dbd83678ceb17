import type { KubeObject, Service } from '../api/types.ts';
import type { CloudProvider } from '../flavours/flavour.ts';
import type { Controller } from './context.ts';
import { EventRecorder } from './events.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type ServiceObject = Service & KubeObject;

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** cloud-provider's service controller: asks the cloud for a balancer, which takes its time, and gives it back. */
export function loadBalancerController(cloud: CloudProvider): Controller {
  return ({ sim, clients }) => {
    const services = clients.resource<ServiceObject>('services');
    const recorder = new EventRecorder(sim, clients, 'service-controller');
    const random = sim.random.stream('cloud');
    const building = new Set<string>();

    const queue = new WorkQueue(sim, { name: 'service', latency: 30 }, (key) => {
      const { namespace, name } = splitKey(key);
      const service = services.find(name, namespace);
      if (service === undefined) {
        building.delete(key);
        return;
      }
      const finalizers = service.metadata?.finalizers ?? [];
      const wants = service.spec?.type === 'LoadBalancer' && service.metadata?.deletionTimestamp === undefined;
      if (!wants) {
        building.delete(key);
        if (!finalizers.includes(FINALIZER)) return;
        recorder.normal(service, 'DeletingLoadBalancer', 'Deleting load balancer');
        sim.schedule(random.between(...cloud.deleteDelay), () => {
          const now = services.find(name, namespace);
          if (now === undefined) return;
          recorder.normal(now, 'DeletedLoadBalancer', 'Deleted load balancer');
          services.update({
            ...now,
            metadata: {
              ...now.metadata,
              finalizers: (now.metadata?.finalizers ?? []).filter((each) => each !== FINALIZER),
            },
          });
        });
        return;
      }
      if (!finalizers.includes(FINALIZER)) {
        services.update({ ...service, metadata: { ...service.metadata, finalizers: [...finalizers, FINALIZER] } });
        return;
      }
      if ((service.status?.loadBalancer?.ingress ?? []).length > 0 || building.has(key)) return;
      building.add(key);
      if (cloud.events === 'standard') recorder.normal(service, 'EnsuringLoadBalancer', 'Ensuring load balancer');
      sim.schedule(random.between(...cloud.createDelay), () => {
        const now = services.find(name, namespace);
        if (now === undefined || !building.has(key)) return;
        const made = cloud.balancer(now, random);
        if (made.annotations !== undefined)
          services.update({
            ...now,
            metadata: { ...now.metadata, annotations: { ...now.metadata?.annotations, ...made.annotations } },
          });
        const latest = services.get(name, namespace);
        services.updateStatus({ ...latest, status: { ...latest.status, loadBalancer: { ingress: [made.ingress] } } });
        if (cloud.events === 'standard') recorder.normal(latest, 'EnsuredLoadBalancer', 'Ensured load balancer');
        else
          for (let i = 0; i < 2; i++)
            recorder.normal(latest, 'EnsureServiceSuccess', 'Service Sync Success. RetrunCode: S2000');
      });
    });

    const stop = services.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    });
    return () => {
      queue.stop();
      stop();
    };
  };
}
