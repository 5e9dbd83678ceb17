import { expect, it } from 'vitest';
import * as scenes from './fixtures/scenes.ts';
import { layout } from './layout/layout.ts';
import { shareWith } from './layout/share.ts';
import { NO_SLOTS } from './layout/slots.ts';
import { estimate } from './layout/text.ts';
import { itemsOf, moveFocus, treeOf } from './tree.ts';
import { graphWords } from './words.ts';

const options = { width: 816, height: 534, words: graphWords('en'), measure: estimate };
const picture = layout(scenes.hundred, options, NO_SLOTS).picture;
const tree = treeOf(picture);

it('every tile is in the tree once, rooms before what stands in them', () => {
  expect(tree.order.map((tile) => tile.id).sort()).toEqual(picture.tiles.map((tile) => tile.id).sort());
  const ids = tree.order.map((tile) => tile.id);
  expect(ids.indexOf('Node/kubernetes-minion-ljyd')).toBeLessThan(ids.indexOf('rules/kubernetes-minion-ljyd'));
  expect(tree.level.get('rules/kubernetes-minion-ljyd')).toBe(2);
});

it('arrows walk it, and a group opens to its pods', () => {
  const group = picture.tiles.find((tile) => tile.kind === 'group')?.id ?? '';
  const closed = itemsOf(tree, new Set());
  const open = itemsOf(tree, new Set([group]));
  expect(open.length - closed.length).toBe(10);
  expect(moveFocus(closed, undefined, 'ArrowDown')).toBe(closed[0]?.id);
  expect(moveFocus(open, group, 'ArrowRight')).toContain(`${group}#`);
  expect(moveFocus(open, moveFocus(open, group, 'ArrowDown'), 'ArrowLeft')).toBe(group);
  expect(moveFocus(closed, closed[0]?.id, 'ArrowUp')).toBeUndefined();
  expect(moveFocus(closed, closed[0]?.id, 'End')).toBe(closed[closed.length - 1]?.id);
});

it('an unchanged scene gives the very same picture, a changed one keeps what did not change', () => {
  const first = layout(scenes.tutorial, options, NO_SLOTS);
  const second = layout({ ...scenes.tutorial, at: 140_000 }, options, first.memory);
  expect(shareWith(first.picture, second.picture)).toBe(first.picture);
  const third = shareWith(first.picture, layout(scenes.powerLost, options, first.memory).picture);
  const of = (id: string, from: typeof third) => from.tiles.find((tile) => tile.id === id);
  expect(of('rules/kubernetes-minion-905m', third)).toBe(of('rules/kubernetes-minion-905m', first.picture));
  expect(of('Node/kubernetes-minion-ljyd', third)).not.toBe(of('Node/kubernetes-minion-ljyd', first.picture));
});
