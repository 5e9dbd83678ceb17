/** Lines that differ between two texts with three lines around them, as `diff -u` prints them; '' when there are none. */
export function unifiedDiff(before: string, after: string): string {
  const a = lines(before);
  const b = lines(after);
  const edits = script(a, b);
  let out = '';
  const context = 3;
  let at = 0;
  while (at < edits.length) {
    if (edits[at]?.kind === ' ') {
      at++;
      continue;
    }
    const begin = Math.max(0, at - context);
    let end = at;
    for (let i = at; i < edits.length && i - end <= context * 2; i++) if (edits[i]?.kind !== ' ') end = i;
    const last = Math.min(edits.length, end + context + 1);
    const hunk = edits.slice(begin, last);
    const position = (side: '-' | '+') =>
      edits.slice(0, begin).filter(({ kind }) => kind === ' ' || kind === side).length;
    const range = (side: '-' | '+') => {
      const count = hunk.filter(({ kind }) => kind === ' ' || kind === side).length;
      const from = position(side) + (count === 0 ? 0 : 1);
      return count === 1 ? String(from) : `${from},${count}`;
    };
    out += `@@ -${range('-')} +${range('+')} @@\n${hunk.map(({ kind, text }) => `${kind}${text}\n`).join('')}`;
    at = last;
  }
  return out;
}

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

function lines(text: string): string[] {
  const out = text.split('\n');
  if (out.at(-1) === '') out.pop();
  return out;
}

/** The shortest way from one list of lines to the other, by their longest common subsequence. */
function script(a: readonly string[], b: readonly string[]): Edit[] {
  const width = b.length + 1;
  const length = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i * width + j] =
        a[i] === b[j]
          ? (length[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(length[(i + 1) * width + j] ?? 0, length[i * width + j + 1] ?? 0);
  const out: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      out.push({ kind: ' ', text: left });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || (length[(i + 1) * width + j] ?? 0) >= (length[i * width + j + 1] ?? 0))
    ) {
      out.push({ kind: '-', text: left });
      i++;
    } else {
      out.push({ kind: '+', text: right ?? '' });
      j++;
    }
  }
  return out;
}
