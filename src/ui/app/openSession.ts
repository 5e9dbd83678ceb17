import { create } from 'zustand';
import type { LessonContent } from '../../lessons/content.ts';
import { dropDraft } from './drafts.ts';
import { forgetSession } from './keep.ts';
import { Session, type SessionWords } from './session.ts';
import { CLOSED, useSession } from './store.ts';

let session: Session | undefined;

/** The open session, for what is drawn of it. */
export const useOpenSession = create<{ readonly session: Session | undefined }>(() => ({ session: undefined }));

/** Resolves when the session before has been kept and has given back its claim. */
let closing: Promise<void> = Promise.resolve();

/** The open session, if there is one. */
export function currentSession(): Session | undefined {
  return session;
}

/** Closes what is open and opens a lesson, or a free cluster under the key `play`. */
export function openSession(
  key: string,
  content: LessonContent | undefined,
  words: SessionWords,
  fresh = false,
  own = import.meta.env.DEV,
): Session {
  closeSession();
  const opened = new Session(key, content, words, own);
  session = opened;
  useSession.setState({ ...CLOSED, phase: 'opening', content });
  useOpenSession.setState({ session });
  const begin = async () => {
    await closing;
    if (fresh) {
      dropDraft(key);
      await forgetSession(key);
    }
    await opened.open(fresh);
  };
  begin().catch((error: unknown) => {
    if (session === opened)
      useSession.setState({ phase: 'crashed', crash: error instanceof Error ? error.message : String(error) });
  });
  return opened;
}

/** Keeps what is open, and ends it. */
export function closeSession(): void {
  const old = session;
  session = undefined;
  if (old !== undefined) closing = old.save().then(() => old.end());
  useSession.setState(CLOSED);
  useOpenSession.setState({ session });
}

/** Opens the lesson that is open once more, in another version and from its beginning. Nothing when none is open. */
export function reopenSession(content: LessonContent): void {
  if (session !== undefined) openSession(session.key, content, session.words, true);
}
