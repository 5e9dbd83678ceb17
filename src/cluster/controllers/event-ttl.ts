import type { Event, KubeObject } from '../api/types.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

/** Events are kept for an hour after they were last written (--event-ttl), looked at once a minute. */
const TTL = 3600_000;
const PERIOD = 60_000;

/** The most events deleted in one go. */
const BATCH = 200;

/** What etcd's leases do for a real API server: events go an hour after their last write. */
export const eventTtl: Controller = ({ sim, clients }) => {
  const events = clients.resource<Event & KubeObject>('events');
  /** When each event goes, by uid, the earliest first: a write moves its event to the end. */
  const expiry = new Map<string, { readonly at: number; readonly name: string; readonly namespace: string }>();

  const queue = new WorkQueue(sim, { name: 'event-ttl', latency: PERIOD }, () => {
    let budget = BATCH;
    for (const { at, name, namespace } of expiry.values()) {
      if (at > sim.now()) break;
      if (budget-- === 0) {
        queue.addAfter('sweep', 1);
        return;
      }
      events.delete(name, namespace);
    }
    if (expiry.size > 0) queue.add('sweep');
  });

  let restoring = true;
  const stop = events.watch((event) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
    const { uid = '', name = '', namespace = '' } = event.object.metadata ?? {};
    if (event.type !== 'ADDED') expiry.delete(uid);
    if (event.type === 'DELETED') return;
    // Events of a restored cluster keep their age.
    const age = restoring ? sim.calendar() - Date.parse(event.object.lastTimestamp ?? '') : 0;
    expiry.set(uid, { at: sim.now() + TTL - (age > 1000 ? age : 0), name, namespace });
    queue.add('sweep');
  });
  restoring = false;
  return () => {
    queue.stop();
    stop();
  };
};
