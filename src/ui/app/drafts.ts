/**
 * What changed since a session was last kept. The browser's database answers later, and a page that goes away does not live to
 * hear it; this small store answers at once.
 */
export interface Draft {
  /** Texts by absolute path; null: the file was removed. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Last lines of each terminal, as plain text. */
  readonly scrollback?: readonly string[];
}

const draftKey = (key: string) => `hopscope.draft.${key}`;

/** Keeps a draft. A browser without room for it keeps none. */
export function keepDraft(key: string, draft: Draft): void {
  try {
    localStorage.setItem(draftKey(key), JSON.stringify(draft));
  } catch {
    // The session itself is still kept every few seconds.
  }
}

/** The draft kept under a key, or undefined when there is none that can be read. */
export function keptDraft(key: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(draftKey(key)) ?? 'null');
    return isDraft(draft) ? draft : undefined;
  } catch {
    return undefined;
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(draftKey(key));
  } catch {
    // Nothing could be kept there, so nothing is to drop.
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null || !('files' in value)) return false;
  const { files } = value;
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return false;
  if (!Object.values(files).every((text: unknown) => text === null || typeof text === 'string')) return false;
  if (!('scrollback' in value) || value.scrollback === undefined) return true;
  return Array.isArray(value.scrollback) && value.scrollback.every((text) => typeof text === 'string');
}
