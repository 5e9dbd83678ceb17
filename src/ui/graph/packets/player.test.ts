import { describe, expect, it } from 'vitest';
import * as traces from '../fixtures/traces.ts';
import { trace as make, steps } from '../fixtures/traces.ts';
import { easeHop, MOST_FLIGHTS, PacketPlayer } from './player.ts';

/** Runs a player by 16 ms frames for a while; returns the page time reached. */
function run(player: PacketPlayer, from: number, ms: number): number {
  let now = from;
  while (now < from + ms) {
    now += 16;
    player.tick(now);
  }
  return now;
}

const again = (id: number, group = id) => ({ ...traces.clusterIP, id, group });

describe('a followed packet', () => {
  it('takes 700 ms a hop and rests 120 ms at each', () => {
    const player = new PacketPlayer();
    player.show(traces.clusterIP, true);
    player.tick(0);
    let now = run(player, 0, 110);
    expect(player.position()).toMatchObject({ hop: 0, fraction: 0 });
    now = run(player, now, 300);
    expect(player.position()?.fraction).toBeGreaterThan(0.1);
    run(player, now, 500);
    expect(player.snapshot().hop).toBe(1);
  });
  it('is shown once, and only when it has arrived', () => {
    const shown: number[] = [];
    const player = new PacketPlayer({ onShown: (id) => shown.push(id) });
    player.show(traces.clusterIP, true);
    const now = run(player, 0, 4000);
    expect(shown).toEqual([]);
    run(player, now, 3000);
    expect(shown).toEqual([traces.clusterIP.id]);
    expect(player.snapshot()).toMatchObject({ done: true, hop: 6 });
    player.back();
    player.step();
    expect(shown).toEqual([traces.clusterIP.id]);
  });
  it('waits for the one before, which goes faster when many wait', () => {
    const shown: number[] = [];
    const player = new PacketPlayer({ onShown: (id) => shown.push(id) });
    for (let id = 1; id <= 8; id++) player.show(again(id), true);
    expect(player.snapshot()).toMatchObject({ waiting: 7 });
    run(player, 0, 3000);
    expect(shown).toEqual([1]);
    run(player, 3000, 30_000);
    expect(shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
  it('pauses, steps and goes back by hops', () => {
    const player = new PacketPlayer();
    player.show(traces.clusterIP, true);
    player.pause();
    run(player, 0, 2000);
    expect(player.snapshot().hop).toBe(0);
    player.step();
    player.step();
    expect(player.snapshot()).toMatchObject({ hop: 2, playing: false });
    player.back();
    expect(player.snapshot().hop).toBe(1);
    player.play();
    run(player, 2000, 1200);
    expect(player.snapshot().hop).toBe(2);
  });
  it('can be taken to any hop of its exchange, and back into the look-up before it', () => {
    const player = new PacketPlayer();
    player.show(traces.lookup, true);
    player.skip();
    player.show(traces.afterLookup, true);
    expect(player.snapshot().exchange.map((one) => one.id)).toEqual([traces.lookup.id, traces.afterLookup.id]);
    player.pause();
    player.seek(traces.afterLookup.id, 3, 0.5);
    expect(player.position()).toMatchObject({ hop: 3 });
    expect(player.position()?.fraction).toBeGreaterThan(0.3);
    player.seek(traces.afterLookup.id, 0);
    player.back();
    expect(player.snapshot()).toMatchObject({ trace: traces.lookup, hop: traces.lookup.steps.length - 1 });
  });
  it('jumps from hop to hop with reduced motion', () => {
    const player = new PacketPlayer();
    player.setReducedMotion(true);
    player.show(traces.clusterIP, true);
    const seen = new Set<number>();
    for (let now = 0; now < 3000; now += 16) {
      player.tick(now);
      seen.add(player.position()?.fraction ?? -1);
    }
    expect([...seen]).toEqual([0]);
    expect(player.snapshot().hop).toBeGreaterThan(2);
  });
  it('keeps its place when the speed changes', () => {
    const player = new PacketPlayer();
    player.show(traces.clusterIP, true);
    run(player, 0, 500);
    const before = player.position();
    player.setHopDuration(2000);
    expect(player.position()?.hop).toBe(before?.hop);
    expect(player.snapshot().hopDuration).toBe(2000);
  });
  it('swaps the address at the rules before it goes on', () => {
    const player = new PacketPlayer();
    player.show(traces.clusterIP, true);
    player.pause();
    player.seek(traces.clusterIP.id, 1);
    player.play();
    run(player, 0, 140);
    expect(player.position()).toMatchObject({ hop: 1, fraction: 0 });
    expect(player.position()?.swap).toBeGreaterThan(0);
    expect(player.position()?.swap).toBeLessThan(1);
  });
  it('leaves the graph when all has been quiet for a while, and comes back when played', () => {
    const player = new PacketPlayer();
    player.show(traces.refusal, true);
    let now = run(player, 0, 4000);
    expect(player.position()).toBeDefined();
    now = run(player, now, 12_000);
    expect(player.position()).toBeUndefined();
    expect(player.tick(now + 16)).toBe(false);
    player.play();
    expect(player.snapshot()).toMatchObject({ hop: 0, quiet: false });
  });
  it('is forgotten, and counts as shown, when the cluster is reset', () => {
    const shown: number[] = [];
    const player = new PacketPlayer({ onShown: (id) => shown.push(id) });
    player.show(again(1), true);
    player.show(again(2), true);
    player.clear();
    expect(shown.sort()).toEqual([1, 2]);
    expect(player.snapshot()).toMatchObject({ trace: undefined, done: true });
  });
  it('of a single step is shown too', () => {
    const shown: number[] = [];
    const player = new PacketPlayer({ onShown: (id) => shown.push(id) });
    player.show(
      make(
        steps([{ code: 'x', place: { at: 'laptop' }, time: 0, before: { src: '', srcPort: 0, dst: '', dstPort: 0 } }]),
        { id: 5 },
      ),
      true,
    );
    run(player, 0, 1000);
    expect(shown).toEqual([5]);
  });
});

describe('background packets', () => {
  it('fly at once and are capped', () => {
    const player = new PacketPlayer();
    for (let id = 0; id < MOST_FLIGHTS + 50; id++) player.show(again(id + 100), false);
    expect(player.flights()).toHaveLength(MOST_FLIGHTS);
    expect(player.snapshot().trace).toBeUndefined();
  });
  it('end after the time their way takes', () => {
    const player = new PacketPlayer();
    player.show(again(1), false);
    player.tick(0);
    const flight = player.flights()[0];
    if (flight !== undefined) player.measured(flight, 400);
    expect(player.tick(300)).toBe(true);
    expect(player.tick(500)).toBe(false);
  });
  it('wake a frame loop that sleeps', () => {
    const player = new PacketPlayer();
    let woken = 0;
    player.onWake(() => woken++);
    player.show(again(1), false);
    expect(woken).toBe(1);
  });
});

it('eases as the theme says', () => {
  expect(easeHop(0)).toBe(0);
  expect(easeHop(1)).toBe(1);
  expect(easeHop(0.5)).toBeGreaterThan(0.5);
});
