import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../playground/scene.ts';
import * as scenes from '../fixtures/scenes.ts';
import * as traces from '../fixtures/traces.ts';
import { highlightsOf } from '../path/reveal.ts';
import { graphWords } from '../words.ts';
import { faultsOf, textsOf } from './audit.ts';
import { cellAt } from './fold.ts';
import { layout } from './layout.ts';
import { chooseDensity, SMALLEST_TEXT } from './metrics.ts';
import type { Picture } from './picture.ts';
import { NO_SLOTS } from './slots.ts';
import { estimate } from './text.ts';

const all = Object.entries(scenes).filter(
  (entry): entry is [string, Scene] => typeof entry[1] === 'object' && 'pods' in entry[1],
);

const SIZES = [
  [1176, 690],
  [816, 534],
  [704, 448],
  [744, 423],
  [390, 430],
] as const;

function draw(scene: Scene, size: readonly [number, number] = [816, 534], locale = 'en', extra: object = {}): Picture {
  return layout(
    scene,
    { width: size[0], height: size[1], words: graphWords(locale), measure: estimate, ...extra },
    NO_SLOTS,
  ).picture;
}

describe('the text budget', () => {
  for (const [name, scene] of all) {
    it(`holds for ${name} at every size and in every language`, () => {
      const faults = SIZES.flatMap((size) =>
        ['en', 'zh-CN', 'ko'].flatMap((locale) =>
          faultsOf(draw(scene, size, locale), SMALLEST_TEXT).map((fault) => `${size.join('x')} ${locale}: ${fault}`),
        ),
      );
      expect(faults).toEqual([]);
    });
  }
  it('holds while a packet is followed', () => {
    const faults = SIZES.flatMap((size) =>
      [traces.clusterIP, traces.lookup, traces.nodePort].flatMap((trace) =>
        faultsOf(draw(scenes.tutorial, size, 'en', { highlights: highlightsOf(trace, 4) }), SMALLEST_TEXT),
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('densities', () => {
  it('follow the container, not the window', () => {
    expect([
      chooseDensity(1200, 700),
      chooseDensity(816, 534),
      chooseDensity(704, 440),
      chooseDensity(390, 400),
    ]).toEqual(['L', 'M', 'S', 'P']);
  });
  it('never draw text below 10 pixels', () => {
    for (const [, scene] of all) {
      for (const size of [...SIZES, [600, 380], [340, 300], [2200, 1300]] as const) {
        const picture = draw(scene, size);
        for (const text of textsOf(picture))
          expect(text.size * picture.zoom).toBeGreaterThanOrEqual(SMALLEST_TEXT - 0.06);
      }
    }
  });
});

describe('scaling', () => {
  const kinds = (picture: Picture, kind: string) => picture.tiles.filter((tile) => tile.kind === kind);
  it('names every pick with two nodes, counts with three, a glyph with six', () => {
    const words = (picture: Picture) =>
      kinds(picture, 'rules').map((tile) => tile.marks.filter((mark) => mark.kind === 'text').length);
    expect(words(draw(scenes.tutorial))).toEqual([6, 6]);
    expect(words(draw(scenes.threeNodes))).toEqual([2, 2, 2]);
    expect(words(draw(scenes.sixNodes))).toEqual([0, 0, 0, 0, 0, 0]);
  });
  it('folds rooms into a rack from seven nodes on and keeps the rooms on the path open', () => {
    const picture = draw(scenes.thousand, undefined, 'en', {
      highlights: highlightsOf(
        traces.between(scenes.thousand.pods[3] ?? fail(), scenes.thousand.pods[11] ?? fail()),
        4,
      ),
    });
    expect(picture.rooms.map((room) => room.node)).toEqual([
      scenes.thousand.pods[3]?.node,
      scenes.thousand.pods[11]?.node,
    ]);
    expect(kinds(picture, 'rack')).toHaveLength(1);
    expect(kinds(picture, 'rack-node')).toHaveLength(38);
  });
  it('opens a third room on request and closes the oldest for a fourth', () => {
    const [a, b, c] = scenes.thousand.nodes.slice(10).map((node) => node.name);
    const open = (opened: readonly (string | undefined)[]) =>
      draw(scenes.thousand, [1176, 690], 'en', { opened }).rooms.map((room) => room.node);
    expect(open([a])).toContain(a);
    expect(open([a, b, c])).toEqual([a, b, c]);
  });
  it('shows one square for one pod, worst last', () => {
    const picture = draw(scenes.thousandTwo);
    const squares = kinds(picture, 'group').flatMap((tile) =>
      tile.marks.flatMap((mark) => (mark.kind === 'cells' ? mark.runs : [])),
    );
    expect(squares.reduce((sum, run) => sum + run.count, 0)).toBe(1001);
    expect(squares.map((run) => run.look).slice(0, 2)).toEqual(['ready', 'pending']);
  });
  it('finds the pod of a square', () => {
    const group = kinds(draw(scenes.hundred), 'group')[0] ?? fail();
    const cells = group.marks.find((mark) => mark.kind === 'cells') ?? fail();
    expect(cells.kind === 'cells' && cellAt(cells, cells.x + 4, cells.y + 4)).toBe(0);
    expect(cells.kind === 'cells' && cellAt(cells, cells.x + 16, cells.y + 4)).toBe(1);
    expect(cells.kind === 'cells' && cellAt(cells, cells.x - 9, cells.y + 4)).toBeUndefined();
  });
  it('names the chosen endpoint and counts the rest', () => {
    const from = scenes.thousand.pods[0] ?? fail();
    const to = scenes.thousand.pods[311] ?? fail();
    const picture = draw(scenes.thousand, undefined, 'en', { highlights: highlightsOf(traces.between(from, to), 3) });
    const said = textsOf(picture)
      .filter((text) => text.owner === 'Service/default/my-nginx')
      .map((text) => text.text);
    expect(said).toContain(`${to.ip}:80`);
    expect(said.some((text) => /^\+\d+ more$/.test(text))).toBe(true);
  });
});

describe('slots', () => {
  const options = { width: 816, height: 534, words: graphWords('en'), measure: estimate };
  const boxOf = (picture: Picture, pod: string) => picture.tiles.find((tile) => tile.id.endsWith(pod))?.box;
  it('stay while others come and go', () => {
    const node = scenes.node(0);
    const pods = [0, 1, 2].map((index) => scenes.pod(index, node));
    const before = layout(scenes.scene([node], pods, []), options, NO_SLOTS);
    const after = layout(scenes.scene([node], [pods[0] ?? fail(), pods[2] ?? fail()], []), options, before.memory);
    expect(boxOf(after.picture, 'x4zq7')).toEqual(boxOf(before.picture, 'x4zq7'));
    const next = layout(
      scenes.scene([node], [pods[0] ?? fail(), pods[2] ?? fail(), scenes.pod(5, node)], []),
      options,
      after.memory,
    );
    expect(boxOf(next.picture, scenes.suffix(5))).toEqual(boxOf(before.picture, 'kna2y'));
  });
  it('are the same for the same scene and memory', () => {
    expect(layout(scenes.tutorial, options, NO_SLOTS)).toEqual(layout(scenes.tutorial, options, NO_SLOTS));
  });
  it('keep rooms in their order when a node is replaced', () => {
    const nodes = [0, 1, 2].map((index) => scenes.node(index));
    const before = layout(scenes.scene(nodes, [], []), options, NO_SLOTS);
    const after = layout(
      scenes.scene([nodes[2] ?? fail(), scenes.node(4), nodes[0] ?? fail()], [], []),
      options,
      before.memory,
    );
    expect(after.picture.rooms.map((room) => room.node)).toEqual([nodes[0]?.name, nodes[2]?.name, scenes.node(4).name]);
  });
});

describe('what the graph says', () => {
  const tile = (scene: Scene, id: string, locale = 'en') =>
    draw(scene, undefined, locale).tiles.find((one) => one.id === id);
  it('gives every object a complete text', () => {
    expect(tile(scenes.tutorial, 'Service/default/my-nginx')?.name).toBe(
      'Service my-nginx, ClusterIP, 10.0.162.149:80, selector run=my-nginx, 2 of 2 ready, 10.244.3.4, 10.244.2.5',
    );
    for (const [, scene] of all) for (const one of draw(scene).tiles) expect(one.name).not.toBe('');
  });
  it('says what will appear where nothing is yet', () => {
    expect(tile(scenes.empty, 'no-service')?.name).toBe('No Service yet. kubectl expose makes one.');
    expect(tile(scenes.empty, 'no-service', 'ko')?.name).toContain('kubectl expose');
  });
  it('shows a node without power before the cluster knows', () => {
    const room = draw(scenes.powerLost).rooms[1];
    expect(room?.state).toBe('dark');
    expect(textsOf(draw(scenes.powerLost)).map((text) => text.text)).toEqual(
      expect.arrayContaining(['22 s', 'without a heartbeat']),
    );
  });
  it('marks addresses that exist twice on Docker hosts', () => {
    expect(draw(scenes.docker).tiles.filter((one) => one.name.includes('same address twice'))).toHaveLength(2);
  });
});

function fail(): never {
  throw new Error('the fixture changed');
}
