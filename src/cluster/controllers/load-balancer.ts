import type { Timer } from '../../sim/simulation.ts';
import type { KubeObject, Service } from '../api/types.ts';
import type { CloudProvider } from '../flavours/flavour.ts';
import type { Controller } from './context.ts';
import { EventRecorder } from './events.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type ServiceObject = Service & KubeObject;

export const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** What the cloud is doing for a Service. */
interface Work {
  readonly kind: 'create' | 'delete';
  readonly timer: Timer;
}

/** cloud-provider's service controller: asks the cloud for a balancer, which takes its time, and gives it back. */
export function loadBalancerController(cloud: CloudProvider): Controller {
  return ({ sim, clients }) => {
    const services = clients.resource<ServiceObject>('services');
    const recorder = new EventRecorder(sim, clients, 'service-controller');
    const random = sim.random.stream('cloud');
    const works = new Map<string, Work>();

    const queue = new WorkQueue(sim, { name: 'service', latency: 30 }, (key) => {
      const { namespace, name } = splitKey(key);
      const service = services.find(name, namespace);
      if (service === undefined) {
        callOff(key);
        return;
      }
      const { finalizers = [], deletionTimestamp } = service.metadata ?? {};
      const { type, loadBalancerClass } = service.spec ?? {};
      const wanted = type === 'LoadBalancer' && loadBalancerClass === undefined && deletionTimestamp === undefined;
      const has = (service.status?.loadBalancer?.ingress ?? []).length > 0;
      if (!wanted) {
        if (finalizers.includes(FINALIZER) || has) tearDown(key, service);
      } else if (!finalizers.includes(FINALIZER))
        services.update({ ...service, metadata: { ...service.metadata, finalizers: [...finalizers, FINALIZER] } });
      else if (!has) build(key, service);
    });

    function callOff(key: string): void {
      works.get(key)?.timer.cancel();
      works.delete(key);
    }

    function build(key: string, service: ServiceObject): void {
      if (works.get(key)?.kind === 'create') return;
      callOff(key);
      if (cloud.events === 'standard') recorder.normal(service, 'EnsuringLoadBalancer', 'Ensuring load balancer');
      const timer = sim.schedule(random.between(...cloud.createDelay), () => {
        works.delete(key);
        const now = current(key);
        if (now !== undefined) provide(now);
      });
      works.set(key, { kind: 'create', timer });
    }

    function provide(service: ServiceObject): void {
      const { ingress, annotations } = cloud.balancer(service, random);
      const { name = '', namespace } = service.metadata ?? {};
      if (annotations !== undefined) {
        const all = { ...service.metadata?.annotations, ...annotations };
        services.update({ ...service, metadata: { ...service.metadata, annotations: all } });
      }
      const now = services.get(name, namespace);
      services.updateStatus({ ...now, status: { ...now.status, loadBalancer: { ingress: [ingress] } } });
      if (cloud.events === 'standard') recorder.normal(now, 'EnsuredLoadBalancer', 'Ensured load balancer');
      else
        for (let i = 0; i < 2; i++)
          recorder.normal(now, 'EnsureServiceSuccess', 'Service Sync Success. RetrunCode: S2000');
    }

    function tearDown(key: string, service: ServiceObject): void {
      if (works.get(key)?.kind === 'delete') return;
      callOff(key);
      if (cloud.events === 'standard') recorder.normal(service, 'DeletingLoadBalancer', 'Deleting load balancer');
      const timer = sim.schedule(random.between(...cloud.deleteDelay), () => {
        works.delete(key);
        const now = current(key);
        if (now !== undefined) release(now);
      });
      works.set(key, { kind: 'delete', timer });
    }

    function release(service: ServiceObject): void {
      const { name = '', namespace } = service.metadata ?? {};
      if (cloud.events === 'standard') recorder.normal(service, 'DeletedLoadBalancer', 'Deleted load balancer');
      // One that lives on as another type loses the address, too.
      if (service.metadata?.deletionTimestamp === undefined)
        services.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } });
      const now = services.get(name, namespace);
      const finalizers = (now.metadata?.finalizers ?? []).filter((each) => each !== FINALIZER);
      services.update({ ...now, metadata: { ...now.metadata, finalizers } });
    }

    function current(key: string): ServiceObject | undefined {
      const { namespace, name } = splitKey(key);
      return services.find(name, namespace);
    }

    const stop = services.watch((event, previous) => {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED' && event.type !== 'DELETED') return;
      const { object } = event;
      const concerned = (service: ServiceObject | undefined) =>
        service?.spec?.type === 'LoadBalancer' || (service?.metadata?.finalizers ?? []).includes(FINALIZER);
      if (!concerned(object) && !concerned(previous)) return;
      const before = previous?.spec?.type;
      const became = event.type === 'MODIFIED' && before !== object.spec?.type && object.spec?.type === 'LoadBalancer';
      if (became) sim.schedule(1, () => recorder.normal(object, 'Type', `${before} -> LoadBalancer`));
      queue.add(keyOf(object));
    });
    return () => {
      queue.stop();
      stop();
      for (const { timer } of works.values()) timer.cancel();
    };
  };
}
