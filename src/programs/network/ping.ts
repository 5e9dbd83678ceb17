import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { options } from '../options.ts';
import { findHost } from './target.ts';

/** ping as iputils prints it; in a container as busybox does. */
export const ping: Program = {
  name: 'ping',
  summary: 'send ICMP ECHO_REQUEST to network hosts',
  *run(context) {
    const given = yield* options(context, { short: '46AabBc:dDfi:I:l:Lm:M:nOp:qQ:rRs:S:t:T:UvVw:W:' });
    if (given === undefined) return 2;
    const busybox = context.machine.kind === 'container';
    const [host] = given.operands;
    if (host === undefined) {
      yield* context.stderr.write('ping: usage error: Destination address required\n');
      return 1;
    }
    const count = Number(given.value('c') ?? Number.POSITIVE_INFINITY);
    const interval = Number(given.value('i') ?? 1) * 1000;
    const size = Number(given.value('s') ?? 56);
    const wait = Number(given.value('W') ?? 10) * 1000;
    const deadline = given.value('w') === undefined ? Number.POSITIVE_INFINITY : Number(given.value('w')) * 1000;
    const found = yield* findHost(context, host, host);
    const [address] = found.addresses;
    if (address === undefined) {
      yield* context.stderr.write(
        busybox
          ? `ping: bad address '${host}'\n`
          : `ping: ${host}: ${found.outcome === 'dns-timeout' ? 'Temporary failure in name resolution' : 'Name or service not known'}\n`,
      );
      return busybox ? 1 : 2;
    }
    yield* context.stdout.write(
      busybox
        ? `PING ${host} (${address}): ${size} data bytes\n`
        : `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.\n`,
    );
    const state = { sent: 0, errors: 0, times: [] as number[] };
    const { sim } = context.machine.world;
    const began = sim.now();
    yield* context.interrupted(
      echoes(
        context,
        { host, address, count, interval, size, wait, deadline, busybox, quiet: given.has('q'), group: found.group },
        state,
      ),
      'SIGINT',
    );
    const { sent, errors, times } = state;
    const loss = sent === 0 ? 0 : Math.round(((sent - times.length) / sent) * 100);
    const elapsed = Math.round(sim.now() - began);
    const [min, max, sum] = [Math.min(...times), Math.max(...times), times.reduce((total, each) => total + each, 0)];
    const mean = sum / Math.max(times.length, 1);
    const deviation = Math.sqrt(
      times.reduce((total, each) => total + (each - mean) ** 2, 0) / Math.max(times.length, 1),
    );
    const f = (value: number) => value.toFixed(3);
    if (busybox) {
      yield* context.stdout.write(
        `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} packets received, ${loss}% packet loss\n`,
      );
      if (times.length > 0) yield* context.stdout.write(`round-trip min/avg/max = ${f(min)}/${f(mean)}/${f(max)} ms\n`);
    } else {
      yield* context.stdout.write(
        `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${errors > 0 ? `+${errors} errors, ` : ''}${loss}% packet loss, time ${elapsed}ms\n`,
      );
      yield* context.stdout.write(
        times.length > 0 ? `rtt min/avg/max/mdev = ${f(min)}/${f(mean)}/${f(max)}/${f(deviation)} ms\n` : '\n',
      );
    }
    return times.length > 0 ? 0 : 1;
  },
};

interface Plan {
  readonly host: string;
  readonly address: string;
  readonly count: number;
  readonly interval: number;
  readonly size: number;
  readonly wait: number;
  readonly deadline: number;
  readonly busybox: boolean;
  readonly quiet: boolean;
  readonly group: number;
}

function* echoes(context: Context, plan: Plan, state: { sent: number; errors: number; times: number[] }): Routine {
  const { world, network } = context.machine;
  const began = world.sim.now();
  const random = world.sim.random.stream(`ping/${context.machine.id}/${context.pid}`);
  for (
    let sequence = plan.busybox ? 0 : 1;
    state.sent < plan.count && world.sim.now() - began < plan.deadline;
    sequence++
  ) {
    state.sent++;
    const sentAt = world.sim.now();
    const { trace, ttl = 64 } = world.network.ping(network, plan.address, {
      program: 'ping',
      target: plan.host,
      argv: context.argv,
      ...(state.sent === 1 ? { group: plan.group } : {}),
    });
    const last = state.sent >= plan.count;
    if (trace.outcome === 'ok') {
      const time = trace.duration * random.between(0.85, 1.4);
      yield* sleep(time);
      state.times.push(time);
      const shown = time < 1 ? time.toFixed(3) : time < 10 ? time.toFixed(2) : time.toFixed(1);
      if (!plan.quiet)
        yield* context.stdout.write(
          plan.busybox
            ? `${plan.size + 8} bytes from ${plan.address}: seq=${sequence} ttl=${ttl} time=${time.toFixed(3)} ms\n`
            : `${plan.size + 8} bytes from ${plan.address}: icmp_seq=${sequence} ttl=${ttl} time=${shown} ms\n`,
        );
    } else if (trace.outcome === 'unreachable') {
      yield* sleep(Math.min(trace.duration, plan.interval));
      state.errors++;
      if (!plan.busybox)
        yield* context.stdout.write(
          `From ${network.address ?? ''} icmp_seq=${sequence} Destination Host Unreachable\n`,
        );
    } else if (last) yield* sleep(plan.wait);
    if (!last) yield* sleep(Math.max(0, plan.interval - (world.sim.now() - sentAt)));
  }
}
