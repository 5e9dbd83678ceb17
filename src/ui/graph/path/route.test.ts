import { describe, expect, it } from 'vitest';
import type { Trace } from '../../../cluster/network/trace.ts';
import type { Scene } from '../../../playground/scene.ts';
import * as scenes from '../fixtures/scenes.ts';
import * as traces from '../fixtures/traces.ts';
import { meet } from '../layout/audit.ts';
import { layout } from '../layout/layout.ts';
import { NO_SLOTS } from '../layout/slots.ts';
import { estimate } from '../layout/text.ts';
import { graphWords } from '../words.ts';
import { badgesOf } from './badges.ts';
import { flagAnchor, inlineFlag, rewriteFlags, travelFlag } from './flags.ts';
import { pointAt, polyline, roundCorners, shift, simplify, slice } from './polyline.ts';
import { highlightsOf, isReplyLeg, revealedUntil } from './reveal.ts';
import { LANE, routeOf } from './route.ts';
import { trackMap } from './tracks.ts';

const SIZES = [
  [1176, 690],
  [816, 534],
  [704, 448],
  [390, 430],
] as const;

function map(scene: Scene, trace: Trace, size: readonly [number, number] = [816, 534]) {
  const options = {
    width: size[0],
    height: size[1],
    words: graphWords('en'),
    measure: estimate,
    highlights: highlightsOf(trace, trace.steps.length - 1),
  };
  return trackMap(layout(scene, options, NO_SLOTS).picture);
}

describe('polylines', () => {
  const corner = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 50 },
  ];
  it('keep to the left of their direction when shifted, so that two ways do not meet', () => {
    expect(shift(corner, 6)).toEqual([
      { x: 0, y: -6 },
      { x: 106, y: -6 },
      { x: 106, y: 50 },
    ]);
    expect(shift([...corner].reverse(), 6)).toEqual([
      { x: 94, y: 50 },
      { x: 94, y: 6 },
      { x: 0, y: 6 },
    ]);
  });
  it('drop points that say nothing', () => {
    expect(
      simplify([
        { x: 0, y: 0 },
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 20, y: 0 },
      ]),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 20, y: 0 },
    ]);
    expect(
      simplify([
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 10, y: 0 },
      ]),
    ).toHaveLength(3);
  });
  it('find points along rounded corners', () => {
    const line = polyline(roundCorners(corner, 9));
    expect(pointAt(line, 0)).toEqual({ x: 0, y: 0 });
    expect(pointAt(line, line.length)).toEqual({ x: 100, y: 50 });
    expect(line.length).toBeLessThan(150);
    expect(slice(line, 10, 20)).toEqual([
      { x: 10, y: 0 },
      { x: 20, y: 0 },
    ]);
  });
});

describe('routes', () => {
  const cases: readonly (readonly [string, Scene, Trace])[] = [
    ['a ClusterIP from a node', scenes.tutorial, traces.clusterIP],
    ['a look-up', scenes.tutorial, traces.lookup],
    ['a node port from the laptop', scenes.nodePort, traces.nodePort],
    ['a refusal', scenes.refused, traces.refusal],
    ['a packet lost at a dark node', scenes.powerLost, traces.lost],
    [
      'two pods of three nodes',
      scenes.threeNodes,
      traces.between(scenes.threeNodes.pods[0] ?? fail(), scenes.threeNodes.pods[5] ?? fail()),
    ],
    [
      'two pods of one node',
      scenes.threeNodes,
      traces.between(scenes.threeNodes.pods[0] ?? fail(), scenes.threeNodes.pods[2] ?? fail()),
    ],
    [
      'two pods of six nodes',
      scenes.sixNodes,
      traces.between(scenes.sixNodes.pods[0] ?? fail(), scenes.sixNodes.pods[9] ?? fail()),
    ],
    [
      'two pods of forty nodes',
      scenes.thousand,
      traces.between(scenes.thousand.pods[3] ?? fail(), scenes.thousand.pods[31] ?? fail()),
    ],
  ];
  for (const [name, scene, trace] of cases) {
    it(`of ${name} run in the gutters only, hop by hop`, () => {
      for (const size of SIZES) {
        const tracks = map(scene, trace, size);
        const route = routeOf(tracks, trace);
        expect(route.stops).toHaveLength(trace.steps.length);
        expect(route.legs).toHaveLength(trace.steps.length - 1);
        const solid = tracks.picture.tiles.filter(
          (tile) => tile.kind === 'pod' || tile.kind === 'rules' || tile.kind === 'shell' || tile.kind === 'group',
        );
        for (const leg of route.legs) {
          for (const point of leg.line.points) {
            expect(Number.isFinite(point.x) && Number.isFinite(point.y)).toBe(true);
            const hit = solid.find((tile) =>
              meet(
                { x: point.x, y: point.y, w: 0.01, h: 0.01 },
                { x: tile.box.x + 2, y: tile.box.y + 2, w: tile.box.w - 4, h: tile.box.h - 4 },
              ),
            );
            expect(hit?.id).toBeUndefined();
          }
        }
      }
    });
  }
  it('keep request and reply a lane apart on the wire', () => {
    const route = routeOf(map(scenes.tutorial, traces.clusterIP), traces.clusterIP);
    const street = (index: number) => Math.max(...(route.legs[index]?.line.points.map((point) => point.y) ?? [0]));
    expect(Math.abs(street(4) - street(2))).toBe(LANE);
    expect(route.legs.map((leg) => leg.direction)).toEqual([
      'request',
      'request',
      'request',
      'request',
      'reply',
      'reply',
    ]);
    expect(route.legs.map((leg) => leg.hue)).toEqual(['http', 'http', 'http', 'http', 'reply', 'reply']);
  });
  it('end with a cross on what said no, and nothing travels after a loss', () => {
    const refused = routeOf(map(scenes.refused, traces.refusal), traces.refusal);
    expect(refused.crossHop).toBe(1);
    expect(refused.legs[1]?.hue).toBe('drop');
    const lost = routeOf(map(scenes.powerLost, traces.lost), traces.lost);
    expect(lost.crossHop).toBe(3);
    expect(lost.legs[3]?.silent).toBe(true);
  });
  it('survive places that the picture does not have', () => {
    const route = routeOf(map(scenes.empty, traces.clusterIP), {
      ...traces.clusterIP,
      steps: traces.clusterIP.steps.map((step) => ({
        ...step,
        place: { at: 'pod', namespace: 'x', pod: 'y', node: 'gone' },
      })),
    });
    expect(route.legs).toHaveLength(6);
  });
});

describe('what is shown of the future', () => {
  it('ends at the next decision', () => {
    const shown = traces.clusterIP.steps.map((_, hop) => revealedUntil(traces.clusterIP, hop));
    expect(shown).toEqual([1, 4, 4, 4, 5, 6, 6]);
  });
  it('lights the pod and the endpoint only once the rules have chosen', () => {
    expect(highlightsOf(traces.clusterIP, 0)).toMatchObject({ pods: [], rules: [], service: 'default/my-nginx' });
    expect(highlightsOf(traces.clusterIP, 0).endpoint).toBeUndefined();
    expect(highlightsOf(traces.clusterIP, 1)).toMatchObject({
      endpoint: '10.244.2.5',
      pods: [`default/${traces.target}`],
      rules: [{ node: 'kubernetes-minion-905m', service: 'default/my-nginx', endpoint: '10.244.2.5:80' }],
    });
    expect(highlightsOf(traces.refusal, 1).rules[0]?.refused).toBe(true);
  });
  it('turns at the server', () => {
    const { steps } = traces.clusterIP;
    expect(steps.slice(1).map((step, index) => isReplyLeg(steps[index] ?? fail(), step))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('badges', () => {
  it('carry the numbers of the hop list, the current one lit', () => {
    const route = routeOf(map(scenes.tutorial, traces.clusterIP), traces.clusterIP);
    expect(badgesOf(route, 2).map((badge) => `${badge.hop + 1} ${badge.state}`)).toEqual([
      '1 done',
      '2 done',
      '3 now',
      '4 todo',
      '5 todo',
    ]);
    expect(badgesOf(route, 6).map((badge) => badge.hop + 1)).toEqual([3, 4, 5, 6, 7]);
  });
  it('never lie on each other', () => {
    for (const size of SIZES) {
      const route = routeOf(map(scenes.tutorial, traces.clusterIP, size), traces.clusterIP);
      for (let hop = 0; hop < 7; hop++) {
        const badges = badgesOf(route, hop);
        badges.forEach((a, index) => {
          for (const b of badges.slice(index + 1)) {
            expect(meet({ x: a.at.x, y: a.at.y, w: 16, h: 16 }, { x: b.at.x, y: b.at.y, w: 16, h: 16 })).toBe(false);
          }
        });
      }
    }
  });
  it('turn vermilion where a request failed', () => {
    const route = routeOf(map(scenes.refused, traces.refusal), traces.refusal);
    expect(badgesOf(route, 1).find((badge) => badge.hop === 1)?.state).toBe('failed');
  });
});

describe('flags', () => {
  const tracks = map(scenes.tutorial, traces.clusterIP);
  const route = routeOf(tracks, traces.clusterIP);
  const words = (hop: number) =>
    travelFlag(route, hop, () => undefined)?.lines.map(
      (line) => `${line.label} ${line.value}${line.changed ? ' *' : ''}`,
    );
  it('say what the packet carries on each leg', () => {
    expect(words(0)).toEqual(['src 10.240.0.7:52514', 'dst 10.0.162.149:80']);
    expect(words(2)).toEqual(['src 10.240.0.7:52514', 'dst 10.244.2.5:80 *']);
    expect(words(4)).toEqual(['src 10.244.2.5:80', 'dst 10.240.0.7:52514']);
    expect(words(5)).toEqual(['src 10.0.162.149:80 *', 'dst 10.240.0.7:52514']);
  });
  it('stack the rewrites at the rules, old above new', () => {
    const [flag] = rewriteFlags(route, 2);
    expect(flag?.lines.map((line) => [line.value, line.old ?? false])).toEqual([
      ['10.0.162.149:80', true],
      ['10.244.2.5:80', false],
    ]);
    const both = rewriteFlags(routeOf(map(scenes.nodePort, traces.nodePort), traces.nodePort), 3);
    expect(both[0]?.lines.map((line) => line.label)).toEqual(['dst', 'dst', 'src', 'src']);
  });
  it('ask for a name while a look-up travels and answer it on the way back', () => {
    const dns = routeOf(map(scenes.tutorial, traces.lookup), traces.lookup);
    expect(travelFlag(dns, 2, () => undefined)?.lines[0]).toMatchObject({
      label: 'A?',
      value: 'my-nginx.default.svc.cluster.local.',
    });
    expect(travelFlag(dns, 3, () => undefined)?.lines[0]).toMatchObject({ label: 'A', value: '10.0.162.149' });
  });
  it('stay inside the picture, off the machines', () => {
    for (let x = 0; x < 816; x += 40) {
      const at = flagAnchor(tracks, { x, y: 470 }, 150, 40);
      expect(at.x).toBeGreaterThanOrEqual(0);
      expect(at.x + 150).toBeLessThanOrEqual(tracks.picture.width);
    }
  });
  it('need one line on a phone', () => {
    const flag = travelFlag(route, 2, () => undefined) ?? fail();
    expect(inlineFlag(flag, route, 2).lines.map((line) => line.value)).toEqual(['10.0.162.149:80', '10.244.2.5:80']);
  });
});

function fail(): never {
  throw new Error('the fixture changed');
}
