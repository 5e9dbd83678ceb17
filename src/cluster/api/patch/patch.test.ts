import { beforeAll, describe, expect, it } from 'vitest';
import { builtInFields } from '../../field-schema.ts';
import { Shapes } from '../apply/shape.ts';
import { refusal } from '../testing/serve.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge.ts';

let shapes: Shapes;
beforeAll(async () => {
  await builtInFields.load();
  shapes = new Shapes(builtInFields.types() ?? {});
});

describe('JSON patch', () => {
  it.each([
    [
      'adds to lists, at the end too',
      { a: [1] },
      [
        { op: 'add', path: '/a/0', value: 0 },
        { op: 'add', path: '/a/-', value: 2 },
      ],
      { a: [0, 1, 2] },
    ],
    [
      'replaces, removes, moves, copies',
      { a: 1, b: 2 },
      [
        { op: 'replace', path: '/a', value: 3 },
        { op: 'move', from: '/b', path: '/c' },
        { op: 'copy', from: '/c', path: '/d' },
        { op: 'remove', path: '/c' },
      ],
      { a: 3, d: 2 },
    ],
    [
      'unescapes names',
      { 'a/b': 1, 'c~d': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'test', path: '/c~0d', value: 2 },
      ],
      { 'c~d': 2 },
    ],
    ['finds a missing field equal to null', {}, [{ op: 'test', path: '/a', value: null }], {}],
    ['counts from the end', { a: [1, 2] }, [{ op: 'remove', path: '/a/-1' }], { a: [1] }],
  ])('%s', (_, target, patch, expected) => {
    expect(jsonPatch(target, patch)).toEqual(expected);
  });

  it.each([
    [[{ op: 'remove', path: '/nope' }]],
    [[{ op: 'test', path: '/a', value: 2 }]],
    [[{ op: 'replace', path: '/b/c', value: 2 }]],
    [[{ op: 'add', path: '/l/5', value: 2 }]],
    [[{ op: 'frobnicate', path: '/a' }]],
  ])('%j does not apply', (patch) => {
    expect(refusal(() => jsonPatch({ a: 1, l: [] }, patch))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
  });
});

describe('merge patch', () => {
  it('merges maps, replaces lists, and removes what is null', () => {
    expect(mergePatch({ a: { b: 1, c: 2 }, l: [1] }, { a: { b: null, d: 3 }, l: [2] })).toEqual({
      a: { c: 2, d: 3 },
      l: [2],
    });
  });
});

describe('strategic merge patch', () => {
  const smp = (original: object, patch: object, type = 'PodSpec') => strategicMergePatch(original, patch, type, shapes);
  const containers = (...names: string[]) => ({ containers: names.map((name) => ({ name, image: name })) });

  it('merges items by their key, and puts new ones first as the real server does', () => {
    expect(smp(containers('a', 'b'), { containers: [{ name: 'c' }, { name: 'b', image: 'x' }] })).toEqual({
      containers: [{ name: 'c' }, { name: 'a', image: 'a' }, { name: 'b', image: 'x' }],
    });
  });

  it('obeys $setElementOrder', () => {
    expect(
      smp(containers('a', 'b'), {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
        containers: [{ name: 'c' }],
      }),
    ).toEqual({ containers: [{ name: 'b', image: 'b' }, { name: 'c' }, { name: 'a', image: 'a' }] });
  });

  it('deletes and replaces by directive', () => {
    expect(smp(containers('a', 'b'), { containers: [{ $patch: 'delete', name: 'a' }] })).toEqual(containers('b'));
    expect(smp(containers('a', 'b'), { containers: [{ $patch: 'replace' }, { name: 'c' }] })).toEqual({
      containers: [{ name: 'c' }],
    });
    expect(smp({ securityContext: { runAsUser: 1 } }, { securityContext: { $patch: 'replace', fsGroup: 2 } })).toEqual({
      securityContext: { fsGroup: 2 },
    });
    expect(smp({ nodeSelector: { a: 'b' } }, { nodeSelector: { $patch: 'delete' } })).toEqual({ nodeSelector: {} });
  });

  it('keeps only $retainKeys', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } };
    expect(smp({ strategy }, { strategy: { $retainKeys: ['type'], type: 'Recreate' } }, 'DeploymentSpec')).toEqual({
      strategy: { type: 'Recreate' },
    });
  });

  it('treats lists of scalars as sets where they are', () => {
    expect(smp({ finalizers: ['a', 'b'] }, { finalizers: ['c', 'a'] }, 'ObjectMeta')).toEqual({
      finalizers: ['c', 'a', 'b'],
    });
    expect(smp({ finalizers: ['a', 'b'] }, { '$deleteFromPrimitiveList/finalizers': ['a'] }, 'ObjectMeta')).toEqual({
      finalizers: ['b'],
    });
    expect(smp({ args: ['a', 'b'] }, { args: ['c'] }, 'Container')).toEqual({ args: ['c'] });
  });

  it('merges ports by number alone, whatever their protocol', () => {
    const ports = [{ port: 53, protocol: 'UDP', name: 'dns' }, { port: 80 }];
    expect(smp({ ports }, { ports: [{ port: 53, name: 'x' }] }, 'ServiceSpec')).toEqual({
      ports: [{ port: 53, protocol: 'UDP', name: 'x' }, { port: 80 }],
    });
  });

  it('says which item has no key', () => {
    expect(refusal(() => smp(containers('a'), { containers: [{ image: 'x' }] })).message).toBe(
      'map: map[image:x] does not contain declared merge key: name',
    );
  });
});
