import { create } from 'zustand';
import type { TryCard, WhyCard, WhyLink } from '../../playground/protocol.ts';
import { useView } from '../app/keys.ts';
import type { Session } from '../app/session.ts';

/** What came of trying a fix: nothing yet, on its way, an answer, or none because the request is too long ago. */
export type Tried = 'trying' | 'gone' | TryCard;

/** The open Why card, if one is. */
export interface WhyState {
  readonly trace: number | undefined;
  /** Undefined until the cluster has answered. */
  readonly card: WhyCard | null | undefined;
  /** By the number of the fix. */
  readonly tried: Readonly<Record<number, Tried>>;
  /** A line that the editor is to show; another object each time it is asked for. */
  readonly reveal: { readonly path: string; readonly line: number } | undefined;
}

const CLOSED: WhyState = { trace: undefined, card: undefined, tried: {}, reveal: undefined };

export const useWhy = create<WhyState>(() => CLOSED);

/** Opens the card of the request that a trace belongs to. */
export function openWhy(session: Session, trace: number): void {
  useWhy.setState({ trace, card: undefined, tried: {} });
  session.why(trace).then(
    (card) => {
      if (useWhy.getState().trace !== trace) return;
      useWhy.setState({ card });
      session.point(guilty(card)?.object);
    },
    () => useWhy.setState({ card: null }),
  );
}

export function closeWhy(session: Session): void {
  useWhy.setState(CLOSED);
  session.point(undefined);
}

/** Tries a fix on a copy of the cluster and keeps what came of it. */
export function tryFix(session: Session, trace: number, fix: number): void {
  const set = (result: Tried) => {
    const state = useWhy.getState();
    if (state.trace === trace) useWhy.setState({ tried: { ...state.tried, [fix]: result } });
  };
  set('trying');
  session.tryFix(trace, fix).then(
    (result) => set(result ?? 'gone'),
    () => set('gone'),
  );
}

/** The link that a person can change something about: the last. */
export function guilty(card: WhyCard | null | undefined): WhyLink | undefined {
  return card?.ok === true ? undefined : card?.links.at(-1);
}

/** Brings a line of a file to sight in the editor. */
export function revealLine(path: string, line: number): void {
  useView.setState({ tab: 'files' });
  useWhy.setState({ reveal: { path, line } });
}
