import type { PlaygroundEvent } from '../../playground/protocol.ts';
import type { Scene } from '../../playground/scene.ts';
import { isOn } from './machines.ts';
import type { SessionState, TerminalTab } from './store.ts';

type Terminals = Pick<SessionState, 'terminals' | 'terminal'>;

/** A terminal that waits for a command on a machine: the one in front, else any; undefined when none does. */
export function freeTerminal({ terminals, terminal }: Terminals, on: string): number | undefined {
  const fits = (tab: TerminalTab) => !tab.closed && tab.running === undefined && isOn(tab.machine, on);
  const front = terminals.find((tab) => tab.id === terminal);
  if (front !== undefined && fits(front)) return front.id;
  return terminals.find(fits)?.id;
}

/** The machine that is meant by `laptop`, `node` (one that can be reached) or a name. */
export function machineFor(scene: Scene | undefined, on: string): string {
  if (on !== 'node') return on;
  const nodes = scene?.nodes ?? [];
  return (nodes.find((node) => node.ready && node.powered) ?? nodes[0])?.name ?? 'laptop';
}

/** Without a terminal that is closed; its neighbour comes to the front. */
export function withoutTerminal({ terminals, terminal: front }: Terminals, terminal: number): Terminals {
  const index = terminals.findIndex((tab) => tab.id === terminal);
  const left = terminals.filter((tab) => tab.id !== terminal);
  return { terminals: left, terminal: front === terminal ? left[Math.max(0, index - 1)]?.id : front };
}

/** With what is known of a terminal now; a new one at the end. */
export function withTerminal(
  terminals: readonly TerminalTab[],
  { terminal, state }: Extract<PlaygroundEvent, { type: 'terminal-state' }>,
): readonly TerminalTab[] {
  return terminals.some((tab) => tab.id === terminal)
    ? terminals.map((tab) => (tab.id === terminal ? { id: tab.id, closed: tab.closed, ...state } : tab))
    : [...terminals, { id: terminal, closed: false, ...state }];
}
