import { describe, expect, it } from 'vitest';
import { filterEntries, type PaletteEntry } from './paletteEntries.ts';

const entry = (group: string, label: string, late = false): PaletteEntry => ({
  id: label,
  group,
  label,
  search: label,
  late,
  icon: null,
  run: () => {},
});

const all = [
  entry('objects', 'kube-dns', true),
  entry('objects', 'my-nginx'),
  entry('objects', 'my-nginx-3800858182-kna2y'),
  entry('commands', 'kubectl get pods'),
  entry('lessons', 'Two pods, two addresses'),
];
const found = (query: string) => filterEntries(all, query).map(({ label }) => label);

describe('the palette', () => {
  it('shows everything while nothing is typed, what is the learner’s own first', () => {
    expect(found('')).toEqual([
      'my-nginx',
      'my-nginx-3800858182-kna2y',
      'kube-dns',
      'kubectl get pods',
      'Two pods, two addresses',
    ]);
  });

  it('keeps what holds every word', () => {
    expect(found('kna nginx')).toEqual(['my-nginx-3800858182-kna2y']);
    expect(found('nothing like it')).toEqual([]);
  });

  it('puts the group of the best hit first', () => {
    expect(found('kube')).toEqual(['kubectl get pods', 'kube-dns']);
    expect(found('two')[0]).toBe('Two pods, two addresses');
  });
});
