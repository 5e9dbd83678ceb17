/**
 * What changed between two pod specs, in the manner of the diff that the server adds to its refusal: removed lines begin
 * with `-`, added ones with `+`, and what stayed the same is summed up.
 */
export function specDiff(old: object, now: object): string {
  return `${lines(old, now, 'core.PodSpec', 1).join('\n')}\n`;
}

function lines(old: unknown, now: unknown, name: string, depth: number): string[] {
  const tabs = '\t'.repeat(depth - 1);
  const out = [`  ${tabs}${name}{`];
  const keys = [...new Set([...Object.keys(old as object), ...Object.keys(now as object)])];
  const [before, after] = [old as Record<string, unknown>, now as Record<string, unknown>];
  let same = 0;
  const flush = () => {
    if (same > 0) out.push(`  ${tabs}\t... // ${same} identical ${same === 1 ? 'field' : 'fields'}`);
    same = 0;
  };
  for (const key of keys) {
    const [a, b] = [before[key], after[key]];
    if (JSON.stringify(a) === JSON.stringify(b)) {
      same++;
      continue;
    }
    flush();
    const label = Array.isArray(old) ? '' : `${key.charAt(0).toUpperCase()}${key.slice(1)}: `;
    if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
      const [first = '', ...rest] = lines(a, b, Array.isArray(a) ? `${label}[]` : label, depth + 1);
      out.push(first, ...rest.slice(0, -1), `  ${tabs}\t},`);
    } else {
      if (a !== undefined) out.push(`- ${tabs}\t${label}${literal(a)},`);
      if (b !== undefined) out.push(`+ ${tabs}\t${label}${literal(b)},`);
    }
  }
  flush();
  out.push(`  ${tabs}}`);
  return out;
}

/** A value in Go's way of writing it. */
function literal(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `{${value.map(literal).join(', ')}}`;
  const parts = Object.entries(value).map(
    ([key, item]) => `${key.charAt(0).toUpperCase()}${key.slice(1)}: ${literal(item)}`,
  );
  return `{${parts.join(', ')}}`;
}
