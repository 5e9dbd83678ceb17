import { linesOf } from '../inputs.ts';

/** A run of lines that differ: from and to, half open, in both texts. */
interface Hunk {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** The shortest edits between two lists of lines (Myers, with a bound on how far they may be apart). */
function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const [n, m] = [aEnd - start, bEnd - start];
  if (n * m > 4_000_000 || n === 0 || m === 0)
    return n === 0 && m === 0 ? [] : [{ a: [start, aEnd], b: [start, bEnd] }];
  const rows: Uint32Array[] = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      const [row, below] = [rows[i], rows[i + 1]];
      if (row === undefined || below === undefined) continue;
      row[j] = a[start + i] === b[start + j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  const out: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) {
      i++;
      j++;
      continue;
    }
    const [fromA, fromB] = [i, j];
    while ((i < n || j < m) && !(i < n && j < m && a[start + i] === b[start + j])) {
      if (j >= m || (i < n && (rows[i + 1]?.[j] ?? 0) >= (rows[i]?.[j + 1] ?? 0))) i++;
      else j++;
    }
    out.push({ a: [start + fromA, start + i], b: [start + fromB, start + j] });
  }
  return out;
}

const NO_NEWLINE = '\\ No newline at end of file\n';

function shown(lines: readonly string[], text: string, mark: string, from: number, to: number): string {
  return lines
    .slice(from, to)
    .map((line, at) => `${mark}${line}\n${from + at === lines.length - 1 && !text.endsWith('\n') ? NO_NEWLINE : ''}`)
    .join('');
}

/** `2c2`, `3,4d2`: diff's normal form. */
export function changes(left: string, right: string): string {
  const [a, b] = [linesOf(left), linesOf(right)];
  const span = (from: number, to: number) => (to - from <= 1 ? String(to) : `${from + 1},${to}`);
  return hunks(a, b)
    .map(({ a: [a0, a1], b: [b0, b1] }) => {
      const kind = a0 === a1 ? 'a' : b0 === b1 ? 'd' : 'c';
      const head = `${kind === 'a' ? a0 : span(a0, a1)}${kind}${kind === 'd' ? b0 : span(b0, b1)}\n`;
      return `${head}${shown(a, left, '< ', a0, a1)}${kind === 'c' ? '---\n' : ''}${shown(b, right, '> ', b0, b1)}`;
    })
    .join('');
}

/** The hunks of `diff -u`, with so many lines of context. */
export function unified(left: string, right: string, context: number): string {
  const [a, b] = [linesOf(left), linesOf(right)];
  const groups: Hunk[][] = [];
  for (const hunk of hunks(a, b)) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && hunk.a[0] - before.a[1] <= 2 * context) last.push(hunk);
    else groups.push([hunk]);
  }
  const span = (from: number, to: number) =>
    to - from === 1 ? String(from + 1) : `${to === from ? from : from + 1},${to - from}`;
  return groups
    .map((group) => {
      const [first] = group;
      const last = group.at(-1);
      if (first === undefined || last === undefined) return '';
      const [a0, b0] = [Math.max(0, first.a[0] - context), Math.max(0, first.b[0] - context)];
      const [a1, b1] = [Math.min(a.length, last.a[1] + context), Math.min(b.length, last.b[1] + context)];
      let body = '';
      let at = a0;
      for (const hunk of group) {
        body += shown(a, left, ' ', at, hunk.a[0]);
        body += shown(a, left, '-', hunk.a[0], hunk.a[1]) + shown(b, right, '+', hunk.b[0], hunk.b[1]);
        at = hunk.a[1];
      }
      body += shown(a, left, ' ', at, a1);
      return `@@ -${span(a0, a1)} +${span(b0, b1)} @@\n${body}`;
    })
    .join('');
}
