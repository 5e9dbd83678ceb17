/**
 * Whether a pattern could try for ever on a text that it does not match: something repeated without bound that holds a repetition
 * without bound, or alternatives, as in `(a+)+` and `(a|b)*`. Lessons come from outside too, and their patterns run on all that is printed.
 */
export function couldRunAway(pattern: string): boolean {
  const groups: { inner: boolean }[] = [{ inner: false }];
  let closed: { inner: boolean } | undefined;
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const group = groups.at(-1);
    const before = closed;
    closed = undefined;
    if (char === '\\') at++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') groups.push({ inner: false });
    else if (char === '|') {
      if (group !== undefined) group.inner = true;
    } else if (char === ')') {
      closed = groups.length > 1 ? groups.pop() : undefined;
      const outer = groups.at(-1);
      if (closed?.inner === true && outer !== undefined) outer.inner = true;
    } else if (/^(?:[*+]|\{\d*,\})/.test(pattern.slice(at, at + 12))) {
      if (before?.inner === true) return true;
      if (group !== undefined) group.inner = true;
    }
  }
  return false;
}
