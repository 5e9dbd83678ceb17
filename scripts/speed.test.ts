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

it('starts thousands of pods in seconds, each as fast as those before', async () => {
  const few = await replicas(300);
  few.fixture.cluster.stop();
  const many = await replicas(2000);
  many.fixture.cluster.stop();
  expect(many.ms).toBeLessThan(6000);
  expect(many.ms / 2000).toBeLessThan((3 * few.ms) / 300);
});
