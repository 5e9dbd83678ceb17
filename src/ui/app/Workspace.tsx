import { lazy, Suspense, useEffect } from 'react';
import { catalogue, loadLesson } from '../../lessons/catalogue.ts';
import type { CatalogueEntry } from '../../lessons/content.ts';
import { Icon } from '../icons/Icon.tsx';
import type { Messages } from '../messages/en.ts';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { CrashCard } from './CrashCard.tsx';
import { currentSession, openSession, useOpenSession } from './openSession.ts';
import type { Session } from './session.ts';
import { notify, useSession } from './store.ts';
import { TopBar } from './TopBar.tsx';
import { useShape } from './useMedia.ts';
import { Wide } from './Wide.tsx';
import './workspace.css';

const Narrow = lazy(() => import('./Narrow.tsx'));
const Phone = lazy(() => import('./Phone.tsx'));

/** A cluster with its panes: a lesson, or free play. It is kept under the lesson's name unless a place of its own is named. */
export function Workspace({ entry, place }: { readonly entry?: CatalogueEntry; readonly place?: string }) {
  const { session, restart } = useOpened(entry, place);
  const shape = useShape();
  const messages = useMessages();
  const language = useLanguage();
  const phase = useSession((state) => state.phase);
  if (session === undefined) return <div className="ws" />;
  const number = entry === undefined ? undefined : catalogue().indexOf(entry) + 1;
  const title = entry === undefined ? messages.app.playTitle : `${number}. ${entry.titles[language]}`;
  return (
    <div className={`ws ${shape}`}>
      {shape === 'phone' ? null : (
        <TopBar
          tools={
            <>
              <button
                type="button"
                className="icon-btn"
                aria-label={messages.share.button}
                title={messages.share.button}
                onClick={() => shareNow(session, messages.share)}
              >
                <Icon name="link" />
              </button>
              <button
                type="button"
                className="icon-btn"
                aria-label={messages.app.startOver}
                title={messages.app.startOver}
                onClick={restart}
              >
                <Icon name="again" />
              </button>
            </>
          }
        >
          <span className="vr" />
          <nav className="crumb" aria-label={messages.home.lessons}>
            <a href="#/" className="crumb-course">
              {messages.home.course}
            </a>
            <Icon name="right" size={12} />
            <b>{title}</b>
          </nav>
        </TopBar>
      )}
      <Suspense fallback={<div />}>
        {shape === 'wide' ? (
          <Wide key={session.serial} session={session} />
        ) : shape === 'narrow' ? (
          <Narrow key={session.serial} session={session} />
        ) : (
          <Phone key={session.serial} session={session} title={title} />
        )}
      </Suspense>
      {phase === 'crashed' ? <CrashCard restart={restart} /> : null}
    </div>
  );
}

/** The code that packs a cluster comes when somebody wants it. */
export function shareNow(session: Session, words: Messages['share']): void {
  import('../share/share.ts').then(({ copyLink }) => copyLink(session, words)).catch(() => notify(words.notCopied));
}

/** Opens the session of a lesson once its texts are here, and keeps its texts in the page's language. */
function useOpened(
  entry: CatalogueEntry | undefined,
  place: string | undefined,
): {
  readonly session: Session | undefined;
  readonly restart: () => void;
} {
  const language = useLanguage();
  const { trouble } = useMessages();
  const slug = entry?.slug;
  const key = place ?? slug ?? 'play';
  const session = useOpenSession((open) => (open.session?.key === key ? open.session : undefined));
  useEffect(() => {
    let gone = false;
    const open = async () => {
      const content = slug === undefined ? undefined : await loadLesson(slug, language);
      if (gone) return;
      const running = currentSession();
      if (running?.key === key) useSession.setState({ content });
      else openSession(key, content, trouble);
    };
    open().catch((error: unknown) => useSession.setState({ phase: 'crashed', crash: String(error) }));
    return () => {
      gone = true;
    };
  }, [slug, key, language, trouble]);
  const restart = () => {
    openSession(key, useSession.getState().content, trouble, true);
  };
  return { session, restart };
}
