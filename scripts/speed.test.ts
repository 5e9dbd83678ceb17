import { expect, it } from 'vitest';
import { Fixture } from '../bench/cluster.ts';
import { replicas } from '../bench/engine.ts';

// The figures themselves are printed by `npm run bench`. These limits only tell when somebody makes the engine several times
// slower: they leave room for a machine that does other things at the same time.

it('starts a pod with few writes and few events', async () => {
  const count = 300;
  const fixture = await Fixture.make(count);
  let writes = 0;
  fixture.sim.onLog(({ source }) => {
    if (source === 'api') writes++;
  });
  fixture.events = 0;
  fixture.scale(count);
  await fixture.until(() => fixture.endpoints() >= count);
  fixture.cluster.stop();
  // The pod, its binding and two of its statuses; five events about it; a share of what its set, slice and node write.
  expect(writes / count).toBeLessThan(12);
  expect(fixture.events / count).toBeLessThan(20);
});

/** Wall-clock ms of work of the same sort that never changes: how fast the machine is just now. */
function yardstick(): number {
  const began = performance.now();
  const found = new Map<string, { name: string; labels: Record<string, string> }>();
  for (let i = 0; i < 150_000; i++) {
    const name = `pod-${(i * 7919) % 150_000}`;
    found.set(name, { ...found.get(name), name, labels: { app: name, at: String(i) } });
  }
  const names = [...found.keys()].sort();
  if (names.length !== 150_000) throw new Error('the yardstick is wrong');
  return performance.now() - began;
}

it('starts thousands of pods in seconds, each as fast as those before', async () => {
  const few = await replicas(300);
  few.fixture.cluster.stop();
  const before = yardstick();
  const many = await replicas(2000);
  many.fixture.cluster.stop();
  const measure = before + yardstick();
  // It was four to six times the yardstick when this was written, on a quiet machine and on a busy one.
  expect(many.ms / measure).toBeLessThan(15);
  expect(many.ms / 2000).toBeLessThan((4 * few.ms) / 300);
});
