import { clone } from '../types.ts';
import { type Dict, isDict, type Json } from './json.ts';

/** RFC 7396. Shares with the target what the patch does not touch. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isDict(patch)) return clone(patch);
  const out: Dict = isDict(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}
