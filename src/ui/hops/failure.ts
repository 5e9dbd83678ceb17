import type { Trace } from '../../cluster/network/trace.ts';
import type { PlayerState } from '../graph/packets/player.ts';
import { hopsWords } from './words.ts';

/** Whether the packet has come to the step that said no. */
export function failedBy(trace: Trace, hop: number): boolean {
  const at = trace.steps.findIndex((step) => step.verdict === 'reject' || step.verdict === 'drop');
  return at < 0 ? hop >= trace.steps.length - 1 : hop >= at;
}

/** The sentence for the stage's head once a request failed: `refused at hop 2`. */
export function failureText(state: PlayerState, locale: string): string | undefined {
  const { trace, hop, quiet } = state;
  if (trace === undefined || quiet || trace.outcome === 'ok' || !failedBy(trace, hop)) return undefined;
  const at = trace.steps.findIndex((step) => step.verdict === 'reject' || step.verdict === 'drop');
  return hopsWords(locale).failedAt(trace.outcome, (at < 0 ? trace.steps.length - 1 : at) + 1);
}
