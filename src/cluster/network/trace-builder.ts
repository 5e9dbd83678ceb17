import type { ObjectRef } from '../api/types.ts';
import type { KnownStepCode } from './codes.ts';
import type { CauseLink, Component, Outcome, PacketKind, Place, Trace, TraceStep, Tuple, Verdict } from './trace.ts';

/** Optional parts of a step. */
export interface StepExtra {
  readonly after?: Tuple;
  readonly rewrite?: TraceStep['rewrite'];
  readonly object?: ObjectRef;
  readonly rule?: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly packet?: PacketKind;
}

/** Collects the steps of one exchange; each takes `cost` virtual milliseconds before the next. */
export class TraceBuilder {
  readonly steps: TraceStep[] = [];
  time = 0;
  private direction: TraceStep['direction'] = 'request';
  private readonly packet: PacketKind;

  constructor(packet: PacketKind) {
    this.packet = packet;
  }

  /** From here on steps belong to the reply. */
  turn(): void {
    this.direction = 'reply';
  }

  step(
    code: KnownStepCode,
    component: Component,
    place: Place,
    verdict: Verdict,
    before: Tuple,
    cost: number,
    extra: StepExtra = {},
  ): void {
    this.steps.push({
      hop: this.steps.length + 1,
      code,
      component,
      place,
      verdict,
      direction: this.direction,
      packet: extra.packet ?? this.packet,
      time: Math.round(this.time * 1000) / 1000,
      before,
      ...(extra.after === undefined ? {} : { after: extra.after }),
      ...(extra.rewrite === undefined ? {} : { rewrite: extra.rewrite }),
      ...(extra.object === undefined ? {} : { object: extra.object }),
      ...(extra.rule === undefined ? {} : { rule: extra.rule }),
      ...(extra.facts === undefined ? {} : { facts: extra.facts }),
    });
    this.time += cost;
  }

  /** The finished trace. Causes are worked out when somebody looks: most exchanges are never asked why. */
  finish(
    head: Omit<Trace, 'steps' | 'outcome' | 'code' | 'duration' | 'causes'>,
    outcome: Outcome,
    duration: number,
    causes: () => readonly CauseLink[],
  ): Trace {
    let found: readonly CauseLink[] | undefined;
    const decisive =
      (outcome === 'ok'
        ? undefined
        : this.steps.find((step) => step.verdict === 'reject' || step.verdict === 'drop')) ?? this.steps.at(-1);
    return {
      ...head,
      steps: this.steps,
      outcome,
      code: decisive?.code ?? '',
      duration,
      get causes() {
        found ??= outcome === 'ok' ? [] : causes();
        return found;
      },
    };
  }
}
