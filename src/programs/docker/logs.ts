import type { LogLine } from '../../cluster/kubelet/runtime.ts';
import { until } from '../../sim/routine.ts';
import type { DockerCommand } from './command.ts';

export const logs: DockerCommand = {
  name: 'logs',
  aliases: ['container logs'],
  arguments: [1, 1],
  *run(call) {
    const { flags, engine } = call;
    const container = engine.find(call.operands[0] ?? '');
    const log = container.running?.log;
    if (log === undefined) return 0;
    const { epoch } = engine.sim;
    const stamp = (line: LogLine) =>
      flags.has('timestamps') ? `${new Date(epoch + line.at).toISOString().replace('Z', '000000Z')} ` : '';
    const tail = flags.value('tail');
    const count = tail === undefined || !/^\d+$/.test(tail) ? Number.POSITIVE_INFINITY : Number(tail);
    const since = flags.value('since');
    const from = since === undefined ? Number.NEGATIVE_INFINITY : sinceOf(since, engine.sim.calendar()) - epoch;
    const queue: (LogLine | undefined)[] = log.lines.filter((line) => line.at >= from);
    if (queue.length > count) queue.splice(0, queue.length - count);
    let wake: (() => void) | undefined;
    const follow = flags.has('follow') && container.state === 'running';
    const stop = follow
      ? log.follow((line) => {
          queue.push(line);
          wake?.();
        })
      : () => {};
    try {
      for (;;) {
        while (queue.length > 0) {
          const line = queue.shift();
          if (line === undefined) return 0;
          const text = `${stamp(line)}${line.text}\n`;
          yield* line.stream === 'stdout' ? call.out(text) : call.err(text);
        }
        if (!follow) return 0;
        yield* until<void>((resolve) => {
          wake = resolve;
          return () => {
            wake = undefined;
          };
        });
      }
    } finally {
      stop();
    }
  },
};

/** `10m`, or a time: calendar milliseconds. */
function sinceOf(text: string, now: number): number {
  const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
  const spans = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  if (spans.length > 0 && /^(\d+(\.\d+)?[smh])+$/.test(text))
    return now - spans.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? 0), 0);
  const at = Date.parse(text);
  return Number.isNaN(at) ? Number(text) * 1000 || 0 : at;
}
