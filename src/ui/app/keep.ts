import { get, set, update } from 'idb-keyval';
import type { TimelineMark } from '../../playground/protocol.ts';

/** Format of what is kept. Data of another version is not read, apart from files. */
const VERSION = 1;

/** What is kept of one lesson's session in this browser. */
export interface KeptSession {
  readonly version: number;
  /** From `Playground.save`. */
  readonly saved: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Last lines of each terminal, as plain text. */
  readonly scrollback: readonly string[];
  readonly viewed?: string;
  /** Virtual time at which the lesson began. */
  readonly origin?: number;
  /** The last marks of the time strip. */
  readonly marks?: readonly TimelineMark[];
}

/** How far a learner is in one lesson: what the course map shows. */
export interface LessonRecord {
  readonly done: readonly string[];
  readonly finished: boolean;
  /** Wall-clock time of the last change, to find where the learner stopped. */
  readonly at: number;
}

export type Progress = Readonly<Record<string, LessonRecord>>;

const PROGRESS = 'hopscope/progress';

const sessionKey = (key: string) => `hopscope/session/${key}`;

/** The session kept under a lesson's name, or undefined. A browser that forbids storage keeps none. */
export async function keptSession(key: string): Promise<KeptSession | undefined> {
  try {
    const kept = await get<KeptSession>(sessionKey(key));
    if (kept === undefined) return undefined;
    return kept.version === VERSION ? kept : { ...kept, saved: '', scrollback: [] };
  } catch {
    return undefined;
  }
}

/** Keeps a session. Returns false when the browser has no room for it. */
export async function keepSession(key: string, session: Omit<KeptSession, 'version'>): Promise<boolean> {
  try {
    await set(sessionKey(key), { ...session, version: VERSION });
    return true;
  } catch {
    return false;
  }
}

export async function forgetSession(key: string): Promise<void> {
  try {
    await set(sessionKey(key), undefined);
  } catch {
    // Nothing could be kept there, so nothing is to forget.
  }
}

export async function loadProgress(): Promise<Progress> {
  try {
    return (await get<Progress>(PROGRESS)) ?? {};
  } catch {
    return {};
  }
}

/** Changes the progress in one transaction, so that two tabs do not undo each other, and tells the other tabs. */
export async function changeProgress(change: (progress: Progress) => Progress): Promise<void> {
  try {
    await update<Progress>(PROGRESS, (progress) => change(progress ?? {}));
    channel?.postMessage('progress');
  } catch {
    // Without storage, progress lives as long as the page.
  }
}

/** Whether a file that claims to hold progress does. */
export function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (record: unknown) =>
      typeof record === 'object' &&
      record !== null &&
      'done' in record &&
      Array.isArray(record.done) &&
      record.done.every((id) => typeof id === 'string') &&
      'finished' in record &&
      typeof record.finished === 'boolean' &&
      'at' in record &&
      typeof record.at === 'number',
  );
}

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('hopscope');

/** Calls back when another tab changed the progress. */
export function onProgressElsewhere(listener: () => void): () => void {
  channel?.addEventListener('message', listener);
  return () => channel?.removeEventListener('message', listener);
}

/**
 * Claims the right to save a session for this tab, for as long as the tab lives. Resolves to a function that gives it back, or to
 * undefined when another tab has it.
 */
export async function claim(key: string): Promise<(() => void) | undefined> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return () => {};
  return new Promise((resolve) => {
    locks
      .request(sessionKey(key), { ifAvailable: true }, async (lock) => {
        if (lock === null) return resolve(undefined);
        await new Promise<void>((release) => resolve(release));
      })
      .catch(() => resolve(() => {}));
  });
}
