import { describe, expect, it } from 'vitest';
import { Driver } from './driver.ts';
import { Random } from './random.ts';
import { outside, type Routine, sleep, start, until } from './routine.ts';
import { DEFAULT_EPOCH, Simulation } from './simulation.ts';

describe('virtual time', () => {
  it('runs events by time, and those of one instant in the order they were scheduled', () => {
    const sim = new Simulation();
    const seen: string[] = [];
    sim.schedule(5, () => seen.push('late'));
    sim.schedule(1, () => seen.push('first'));
    sim.schedule(1, () => seen.push('second'));
    sim.runFor(10);
    expect(seen).toEqual(['first', 'second', 'late']);
    expect(sim.now()).toBe(10);
  });

  it('does not run what was cancelled', () => {
    const sim = new Simulation();
    let ran = false;
    sim
      .schedule(1, () => {
        ran = true;
      })
      .cancel();
    sim.runFor(5);
    expect(ran).toBe(false);
  });

  it('prints Kubernetes timestamps of whole seconds', () => {
    const sim = new Simulation({ epoch: DEFAULT_EPOCH });
    sim.runFor(1999);
    expect(sim.timestamp()).toBe('2026-11-20T09:00:01Z');
    expect(sim.microTimestamp()).toBe('2026-11-20T09:00:01.999000Z');
  });

  it('keeps many events in order', () => {
    const sim = new Simulation({ seed: 3 });
    const times: number[] = [];
    for (let i = 0; i < 5000; i++) sim.schedule(sim.random.below(1000), () => times.push(sim.now()));
    sim.runFor(1000);
    expect(times).toHaveLength(5000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('chance', () => {
  it('repeats for a seed and differs between seeds and streams', () => {
    const draw = (random: Random) => Array.from({ length: 8 }, () => random.uint32());
    expect(draw(new Random(1))).toEqual(draw(new Random(1)));
    expect(draw(new Random(1))).not.toEqual(draw(new Random(2)));
    expect(draw(new Random(1).stream('a'))).not.toEqual(draw(new Random(1).stream('b')));
  });

  it('is spread evenly', () => {
    const random = new Random(9);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[random.below(4)] = (counts[random.below(4)] ?? 0) + 1;
    for (const count of counts) expect(count).toBeGreaterThan(8000);
  });

  it('continues from a saved state', () => {
    const random = new Random(4);
    random.next();
    const saved = random.save();
    const next = random.uint32();
    random.resume(saved);
    expect(random.uint32()).toBe(next);
  });
});

describe('routines', () => {
  it('sleep in virtual time and call each other', () => {
    const sim = new Simulation();
    function* inner(): Routine<number> {
      yield* sleep(20);
      return 7;
    }
    function* outer(): Routine<number> {
      yield* sleep(10);
      return (yield* inner()) + 1;
    }
    let result: unknown;
    start(sim, outer()).onEnd((outcome) => {
      result = outcome;
    });
    sim.runFor(29);
    expect(result).toBeUndefined();
    sim.runFor(1);
    expect(result).toEqual({ ok: true, value: 8 });
  });

  it('run their finally blocks when killed, and nothing else', () => {
    const sim = new Simulation();
    const seen: string[] = [];
    function* work(): Routine {
      try {
        yield* sleep(10);
        seen.push('after');
      } finally {
        seen.push('finally');
      }
    }
    const task = start(sim, work());
    sim.runFor(5);
    task.kill();
    sim.runFor(50);
    expect(seen).toEqual(['finally']);
    expect(task.done).toBe(true);
  });

  it('may catch an interruption and go on', () => {
    const sim = new Simulation();
    const seen: string[] = [];
    function* work(): Routine {
      try {
        yield* sleep(1000);
      } catch {
        seen.push('interrupted');
      }
      yield* sleep(1);
      seen.push('went on');
    }
    const task = start(sim, work());
    sim.runFor(5);
    task.interrupt(new Error('stop'));
    sim.runFor(5);
    expect(seen).toEqual(['interrupted', 'went on']);
  });

  it('wait for a callback that comes at once, or later, but only once', () => {
    const sim = new Simulation();
    const seen: number[] = [];
    let resolveLater: (value: number) => void = () => {};
    function* work(): Routine {
      seen.push(
        yield* until<number>((resolve) => {
          resolve(1);
          resolve(2);
          return () => {};
        }),
      );
      seen.push(
        yield* until<number>((resolve) => {
          resolveLater = resolve;
          return () => {};
        }),
      );
    }
    start(sim, work());
    sim.runFor(1);
    resolveLater(3);
    resolveLater(4);
    sim.runFor(1);
    expect(seen).toEqual([1, 3]);
  });

  it('hold virtual time while they wait for the world outside', async () => {
    const sim = new Simulation();
    const seen: string[] = [];
    function* work(): Routine {
      const value = yield* outside(() => Promise.resolve('loaded'));
      seen.push(`${value} at ${sim.now()}`);
    }
    start(sim, work());
    sim.schedule(5, () => seen.push('event at 5'));
    sim.runFor(10);
    expect(sim.held).toBe(true);
    expect(seen).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    sim.runFor(10);
    expect(seen).toEqual(['loaded at 0', 'event at 5']);
  });

  it('end with the error they throw', () => {
    const sim = new Simulation();
    function* work(): Routine {
      yield* sleep(1);
      throw new Error('boom');
    }
    let outcome: { ok: boolean } | undefined;
    start(sim, work()).onEnd((ended) => {
      outcome = ended;
    });
    sim.runFor(2);
    expect(outcome?.ok).toBe(false);
  });
});

describe('the driver', () => {
  /** A wall clock that the test moves. */
  function wall() {
    let now = 0;
    const calls: { at: number; run: () => void }[] = [];
    return {
      host: { now: () => now, later: (ms: number, run: () => void) => void calls.push({ at: now + ms, run }) },
      pass(ms: number) {
        const end = now + ms;
        for (;;) {
          calls.sort((a, b) => a.at - b.at);
          const next = calls[0];
          if (next === undefined || next.at > end) break;
          calls.shift();
          now = Math.max(now, next.at);
          next.run();
        }
        now = end;
      },
    };
  }

  it('does at once what is asked while it sleeps until the next event', () => {
    const sim = new Simulation();
    const clock = wall();
    new Driver(sim, clock.host);
    sim.schedule(40, () => {});
    clock.pass(10);
    let done = false;
    sim.schedule(0, () => {
      done = true;
    });
    clock.pass(1);
    expect(done).toBe(true);
  });

  it('passes virtual time with the wall clock, at its speed, and stands still while paused', () => {
    const sim = new Simulation();
    const clock = wall();
    const driver = new Driver(sim, clock.host);
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(sim.now());
      sim.schedule(100, tick);
    };
    sim.schedule(100, tick);
    clock.pass(1000);
    expect(ticks.length).toBeGreaterThanOrEqual(9);
    expect(sim.now()).toBeLessThanOrEqual(1000);
    driver.pause();
    const before = sim.now();
    clock.pass(5000);
    expect(sim.now()).toBe(before);
    driver.resume();
    driver.setSpeed(10);
    clock.pass(1000);
    expect(sim.now() - before).toBeGreaterThan(9000);
    expect(sim.now() - before).toBeLessThanOrEqual(10_100);
  });

  it('steps one instant at a time while paused', () => {
    const sim = new Simulation();
    const clock = wall();
    const driver = new Driver(sim, clock.host);
    driver.pause();
    const seen: number[] = [];
    sim.schedule(10, () => seen.push(1));
    sim.schedule(10, () => seen.push(2));
    sim.schedule(20, () => seen.push(3));
    expect(driver.stepOnce()).toBe(true);
    expect(seen).toEqual([1, 2]);
    expect(driver.stepOnce()).toBe(true);
    expect(driver.stepOnce()).toBe(false);
    expect(seen).toEqual([1, 2, 3]);
  });
});
