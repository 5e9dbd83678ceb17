import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import { loadMessages, type Messages, type Words, WordsContext } from '../messages/messages.ts';
import { ErrorCard } from './ErrorCard.tsx';
import { useGlobalKeys, useOverlay } from './keys.ts';
import { keepOffline } from './offline.ts';
import { closeSession, currentSession } from './openSession.ts';
import { usePreferences } from './preferences.ts';
import { type Route, SHARED, useRoute } from './routes.ts';
import { notify } from './store.ts';
import { Toasts } from './Toasts.tsx';
import { Workspace } from './Workspace.tsx';
import './app.css';

const Home = lazy(() => import('../home/Home.tsx'));
const Studio = lazy(() => import('../studio/Studio.tsx'));
const NotFound = lazy(() => import('../home/NotFound.tsx'));
const Shared = lazy(() => import('../share/Shared.tsx'));
const Palette = lazy(() => import('./Palette.tsx'));
const Shortcuts = lazy(() => import('./Shortcuts.tsx'));

let asked = false;
/** Says, in the language of the moment, that a new version waits. */
let whenUpdated: (takeOver: () => void) => void = () => {};

/** The whole page: which place is open, and what may lie above it. */
export function App({ initial }: { readonly initial: Messages }) {
  const words = useWords(initial);
  const route = useRoute();
  const overlay = useOverlay((state) => state.open);
  useGlobalKeys();
  const lessons = catalogue();
  const entry =
    route.at === 'lesson' || route.at === 'shared' ? lessons.find((lesson) => lesson.slug === route.slug) : undefined;
  const inside = isInside(route);
  const { messages, language } = words;

  useEffect(() => {
    const title =
      route.at === 'play'
        ? messages.app.playTitle
        : entry === undefined
          ? messages.app.tagline
          : entry.titles[language];
    document.title = `${title} · Hopscope`;
  }, [route, entry, messages, language]);
  useEffect(() => {
    document.documentElement.dataset.place = inside ? 'lesson' : 'home';
    if (!inside) closeSession();
  }, [inside]);

  const { trouble } = messages;
  useEffect(() => {
    const apply = (takeOver: () => void) => () => {
      const kept = currentSession()?.save() ?? Promise.resolve();
      kept.then(takeOver).catch(() => {});
    };
    whenUpdated = (takeOver) =>
      notify(trouble.updateReady, { action: { label: trouble.updateNow, run: apply(takeOver) } });
    if (asked) return;
    asked = true;
    keepOffline((takeOver) => whenUpdated(takeOver));
  }, [trouble]);

  return (
    <WordsContext value={words}>
      <ErrorCard whole>
        {route.at === 'play' ? (
          <Workspace key="play" />
        ) : route.at === 'shared' && (route.slug === undefined || entry !== undefined) ? (
          <Workspace key={`${SHARED}/${route.slug}`} place={SHARED} {...(entry === undefined ? {} : { entry })} />
        ) : route.at === 'studio' ? (
          <Suspense>
            <Studio />
          </Suspense>
        ) : route.at === 'link' ? (
          <Suspense>
            <Shared packed={route.packed} />
          </Suspense>
        ) : entry !== undefined ? (
          <Workspace key={entry.slug} entry={entry} />
        ) : (
          <Suspense>{route.at === 'home' ? <Home /> : <NotFound name={nameOf(route)} />}</Suspense>
        )}
        <Suspense>{overlay === 'palette' ? <Palette /> : overlay === 'shortcuts' ? <Shortcuts /> : null}</Suspense>
        <Toasts />
      </ErrorCard>
    </WordsContext>
  );
}

/** Whether a cluster is open there. */
function isInside({ at }: Route): boolean {
  return at === 'lesson' || at === 'play' || at === 'shared' || at === 'studio';
}

/** What an address that leads nowhere asked for. */
function nameOf(route: Route): string {
  return 'slug' in route ? (route.slug ?? '') : 'name' in route ? route.name : '';
}

/** The words of the chosen language; the ones before stay until the new ones have arrived. */
function useWords(initial: Messages): Words {
  const language = usePreferences((state) => state.language);
  const [loaded, setLoaded] = useState(() => ({ language: usePreferences.getState().language, messages: initial }));
  useEffect(() => {
    if (language === loaded.language) return;
    let gone = false;
    loadMessages(language)
      .then((messages) => {
        if (!gone) setLoaded({ language, messages });
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [language, loaded.language]);
  return useMemo(() => loaded, [loaded]);
}
