import { useEffect } from 'react';
import { useOverlay } from '../app/keys.ts';
import type { Session } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { hasSeen, startDemo, useDemo } from './demo.ts';

/** How long the page is at rest before a demonstration begins by itself. */
const CALM = 1600;

/**
 * Shows the demonstration of the step to do, once, before the learner acts: when its prediction is answered, nothing runs, and
 * nobody asked the system for less motion.
 */
export function useAutoDemo(session: Session): void {
  const viewed = useSession((state) => state.viewed);
  const slug = useSession((state) => state.content?.lesson.slug);
  const step = useSession((state) => state.content?.lesson.steps.find(({ id }) => id === state.viewed));
  const own = useSession((state) => state.lesson?.steps.find(({ id }) => id === state.viewed));
  const atIt = useSession((state) => state.phase === 'open' && state.lesson?.current === state.viewed);
  const busy = useSession(
    (state) => state.preparing !== undefined || state.terminals.some(({ running }) => running !== undefined),
  );
  const covered = useOverlay((state) => state.open !== undefined);
  const { done } = usePlayerState(session.player);
  const acted = useDemo((state) => state.acted);
  useEffect(() => {
    if (viewed !== undefined) useDemo.setState({ acted: false });
  }, [viewed]);
  const begun = own?.done === true || own?.checks.some(({ passed }) => passed) === true;
  const asked = step?.predict === undefined || own?.predicted !== undefined;
  const may =
    atIt && step?.demo !== undefined && own !== undefined && !begun && asked && !busy && !covered && done && !acted;
  const key = step === undefined || slug === undefined ? undefined : `${slug}/${step.id}`;
  useEffect(() => {
    if (!may || key === undefined || step === undefined || hasSeen(key)) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const begin = () => {
      if (document.visibilityState !== 'visible') return;
      startDemo(key, () => session.demonstrate(step.id)).catch(() => {});
    };
    let timer = setTimeout(begin, CALM);
    // Whoever writes a manifest is busy as well.
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(begin, CALM);
    };
    addEventListener('keydown', wait, true);
    return () => {
      clearTimeout(timer);
      removeEventListener('keydown', wait, true);
    };
  }, [may, key, step, session]);
}
