/** Deep equality of JSON, without regard to the order of keys; a key that is undefined counts as absent. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let count = 0;
  for (const key in left) {
    const value = left[key];
    if (value === undefined) continue;
    count++;
    if (!same(value, right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined) count--;
  return count === 0;
}

/** Makes a value and all it holds unchangeable: with it, tests find whoever changes a stored object in place. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
}

/**
 * Puts the parts of `old` in place of equal parts of `made`, so that versions of an object share what did not change. The result
 * is `old` itself when nothing did.
 */
export function reuse<T>(old: T, made: T): T {
  if (old === made) return old;
  if (typeof old !== 'object' || typeof made !== 'object' || old === null || made === null) return made;
  const [before, now] = [old as Record<string, unknown>, made as Record<string, unknown>];
  if (Array.isArray(old) !== Array.isArray(made)) return made;
  let equal = !Array.isArray(old) || old.length === (made as unknown[]).length;
  let out: Record<string, unknown> = now;
  let count = 0;
  for (const key in now) {
    const value = now[key];
    if (value === undefined) continue;
    count++;
    const kept = reuse(before[key], value);
    if (kept !== before[key]) equal = false;
    if (kept === value) continue;
    if (out === now && Object.isFrozen(now)) out = (Array.isArray(now) ? [...now] : { ...now }) as typeof out;
    out[key] = kept;
  }
  if (!equal) return out as T;
  for (const key in before) if (before[key] !== undefined) count--;
  return count === 0 ? old : (out as T);
}
