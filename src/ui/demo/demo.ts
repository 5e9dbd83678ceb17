import { create } from 'zustand';
import type { DemoCard } from '../../playground/protocol.ts';
import { remember, remembered } from '../app/preferences.ts';
import { PacketPlayer } from '../graph/packets/player.ts';

/** How long a packet takes from hop to hop: a little quicker than a learner's own. */
const HOP = 780;
/** Which demonstrations this browser has seen by themselves; more than there are steps in all lessons. */
const MOST_SEEN = 200;

/** A demonstration that is on: the copy's cluster and its packets stand in the graph in place of the learner's. */
export interface Showing {
  /** `lesson/step`. */
  readonly key: string;
  readonly card: DemoCard;
  readonly player: PacketPlayer;
}

interface DemoState {
  readonly showing: Showing | undefined;
  /** The demonstration that is being made. */
  readonly making: string | undefined;
  /** The learner has typed or run something since the step was opened: nothing begins by itself any more. */
  readonly acted: boolean;
}

export const useDemo = create<DemoState>(() => ({ showing: undefined, making: undefined, acted: false }));

/** What makes the card of a step's demonstration; null when it cannot be shown. */
export type Make = () => Promise<DemoCard | null>;

/** Makes a demonstration and shows it in place of the one before. Resolves to whether it is shown. */
export async function startDemo(key: string, make: Make): Promise<boolean> {
  endDemo();
  useDemo.setState({ making: key });
  const card = await make().catch(() => null);
  // Ended, or another one asked for, in the meantime.
  if (useDemo.getState().making !== key) return false;
  if (card === null || card.traces.length === 0) {
    useDemo.setState({ making: undefined });
    return false;
  }
  const player = new PacketPlayer({ hopDuration: HOP });
  player.setReducedMotion(matchMedia('(prefers-reduced-motion: reduce)').matches);
  player.subscribe(() => {
    // Long at its end: the learner's own cluster comes back.
    const { trace, quiet } = player.snapshot();
    if (trace !== undefined && quiet && useDemo.getState().showing?.player === player) endDemo();
  });
  useDemo.setState({ making: undefined, showing: { key, card, player } });
  for (const trace of card.traces) player.show(trace, true);
  markSeen(key);
  return true;
}

/** The learner's own cluster again. */
export function endDemo(): void {
  const { showing, making } = useDemo.getState();
  if (showing !== undefined || making !== undefined) useDemo.setState({ showing: undefined, making: undefined });
}

/** The learner does something: what is shown ends, and nothing begins by itself in this step. */
export function learnerActs(): void {
  endDemo();
  if (!useDemo.getState().acted) useDemo.setState({ acted: true });
}

/** Once more from the first hop. */
export function replayDemo(): void {
  const player = useDemo.getState().showing?.player;
  const first = player?.snapshot().exchange[0];
  if (player === undefined || first === undefined) return;
  player.seek(first.id, 0);
  player.play();
}

export function hasSeen(key: string): boolean {
  return seen().includes(key);
}

function markSeen(key: string): void {
  remember('demos', [...seen().filter((each) => each !== key), key].slice(-MOST_SEEN).join(' '));
}

function seen(): readonly string[] {
  return (remembered('demos') ?? '').split(' ');
}
