import type { Event, KubeObject } from '../api/types.ts';
import type { Controller } from './context.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

/** Events are kept for an hour after they were last written (--event-ttl), looked at once a minute. */
const TTL = 3600_000;
const PERIOD = 60_000;

/** The most events deleted in one go. */
const BATCH = 200;

/** What etcd's leases do for a real API server: events go an hour after their last write. */
export const eventTtl: Controller = ({ sim, clients }) => {
  const events = clients.resource<Event & KubeObject>('events');
  /** When each event goes, the earliest first: a write moves its event to the end. */
  const expiry = new Map<string, number>();

  const queue = new WorkQueue(sim, { name: 'event-ttl', latency: PERIOD }, () => {
    let budget = BATCH;
    for (const [key, at] of expiry) {
      if (at > sim.now()) break;
      if (budget-- === 0) {
        queue.addAfter('sweep', 1);
        return;
      }
      const { namespace, name } = splitKey(key);
      events.delete(name, namespace);
    }
    if (expiry.size > 0) queue.add('sweep');
  });

  const stop = events.watch((event) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
    const key = keyOf(event.object);
    expiry.delete(key);
    if (event.type === 'DELETED') return;
    // Events of a restored cluster keep their age.
    const age = event.type === 'ADDED' ? sim.calendar() - Date.parse(event.object.lastTimestamp ?? '') : 0;
    expiry.set(key, sim.now() + TTL - (age > 1000 ? age : 0));
    queue.add('sweep');
  });
  return () => {
    queue.stop();
    stop();
  };
};
