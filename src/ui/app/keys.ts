import { useEffect } from 'react';
import { create } from 'zustand';
import { useDemo } from '../demo/demo.ts';
import { currentSession } from './openSession.ts';
import { useSession } from './store.ts';

interface Overlay {
  readonly open: 'palette' | 'shortcuts' | undefined;
}

/** What lies above the page. */
export const useOverlay = create<Overlay>(() => ({ open: undefined }));

export function openOverlay(open: Overlay['open']): void {
  useOverlay.setState({ open });
}

/** A part of the page that a key or the palette can bring the focus to. */
export type Place = 'lesson' | 'terminal' | 'editor' | 'graph';

interface View {
  /** The tab that is open where the panes do not stand side by side. */
  readonly tab: 'lesson' | 'hops' | 'terminal' | 'files' | 'inspect';
}

export const useView = create<View>(() => ({ tab: 'lesson' }));

/** Brings the focus to a part of the page, opening its tab first where panes are tabs. */
export function focusPlace(place: Place): void {
  if (place === 'terminal') useView.setState({ tab: 'terminal' });
  if (place === 'editor') useView.setState({ tab: 'files' });
  if (place === 'lesson') useView.setState({ tab: 'lesson' });
  requestAnimationFrame(() => {
    if (place === 'terminal') return currentSession()?.focusTerminal();
    const inside =
      place === 'graph'
        ? document.querySelector<HTMLElement>('[data-place="graph"] [role="tree"] [tabindex="0"]')
        : place === 'editor'
          ? document.querySelector<HTMLElement>('[data-place="editor"] textarea')
          : document.querySelector<HTMLElement>('[data-place="lesson"] .step.now button, [data-place="lesson"] h1');
    inside?.focus();
  });
}

/** Keys that hold everywhere in the page, unless a text field or a control wants them. */
export function useGlobalKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const mod = event.ctrlKey || event.metaKey;
      if (mod && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        event.stopPropagation();
        openOverlay(useOverlay.getState().open === 'palette' ? undefined : 'palette');
        return;
      }
      if (event.altKey && !mod && /^[1-4]$/.test(event.key)) {
        event.preventDefault();
        const places: readonly Place[] = ['lesson', 'graph', 'terminal', 'editor'];
        focusPlace(places[Number(event.key) - 1] ?? 'terminal');
        return;
      }
      if (mod || event.altKey || useOverlay.getState().open !== undefined || isTyping(event.target)) return;
      if (event.key === '?') {
        event.preventDefault();
        openOverlay('shortcuts');
        return;
      }
      playKey(event);
    };
    // Before the terminal, which would keep Ctrl K to itself.
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
}

/** Space plays and pauses; `,` and `.` go a hop back and on. */
function playKey(event: KeyboardEvent): void {
  const session = currentSession();
  if (session === undefined) return;
  const onControl =
    event.target instanceof HTMLElement && event.target.closest('button, a, select, summary, [role]') !== null;
  const shown = useDemo.getState().showing?.player;
  if (event.key === ' ' && !onControl) shown === undefined ? session.setPaused(!isHalted()) : shown.toggle();
  else if (event.key === '.') {
    shown?.pause();
    (shown ?? session).step();
  } else if (event.key === ',') (shown ?? session.player).back();
  else return;
  event.preventDefault();
}

/** Whether the transport shows "play": time stands because the learner stopped it or the packet. */
export function isHalted(): boolean {
  return useSession.getState().clock?.paused === true;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, .xterm, .monaco-editor, [contenteditable]') !== null)
  );
}
