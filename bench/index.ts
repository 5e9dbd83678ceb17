/** Measures the engine, and prints a line a figure. */
import { replicas } from './engine.ts';

for (const count of [1000, 10_000]) {
  const { ms, longestEvent } = await replicas(count);
  console.log(
    `${count} replicas ready with endpoints: ${(ms / 1000).toFixed(2)} s, ${(ms / count).toFixed(3)} ms a pod, longest single event ${longestEvent.toFixed(1)} ms`,
  );
}
process.exit(0);
