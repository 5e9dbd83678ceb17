import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../../cluster/api/types.ts';
import { wordsOf } from './words.ts';

const pod: ObjectRef = { kind: 'Pod', name: 'my-nginx-3800858182-kna2y', namespace: 'default' };
const known = new Map<string, ObjectRef>([
  ['my-nginx-3800858182-kna2y', pod],
  ['my-nginx', { kind: 'Service', name: 'my-nginx', namespace: 'default' }],
]);
const texts = (line: string) => wordsOf(line, known).map(({ text }) => text);

describe('words of terminal output', () => {
  it('are names of objects and addresses', () => {
    expect(texts('my-nginx-3800858182-kna2y   1/1   Running   0   14s   10.244.2.5   node')).toEqual([
      'my-nginx-3800858182-kna2y',
      '10.244.2.5',
    ]);
    expect(texts('curl http://10.0.162.149:80/index.html')).toEqual(['10.0.162.149']);
    expect(texts('service/my-nginx created')).toEqual(['my-nginx']);
  });

  it('are whole words', () => {
    expect(texts('my-nginx-other v1.33.0 1.2.3')).toEqual([]);
  });

  it('have their place in the line', () => {
    expect(wordsOf('pod 10.244.2.5.', known)).toEqual([{ text: '10.244.2.5', from: 4 }]);
  });
});
