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

/** What is known of an exchange before its steps. */
export interface Head {
  readonly id: number;
  readonly at: number;
  readonly group: number;
  readonly purpose: Trace['purpose'];
  readonly target: string;
  readonly asked?: string | undefined;
  readonly argv?: readonly string[] | undefined;
  readonly source: Place;
  readonly program: string;
  readonly service: ObjectRef | undefined;
  readonly endpoint: ObjectRef | undefined;
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
    extra?: StepExtra,
  ): void {
    const step: Writable<TraceStep> = {
      hop: this.steps.length + 1,
      code,
      component,
      place,
      verdict,
      direction: this.direction,
      packet: extra?.packet ?? this.packet,
      time: Math.round(this.time * 1000) / 1000,
      before,
    };
    // Assigned one by one: a request takes this path some ten times, and spreading costs more than all the rest.
    if (extra !== undefined) {
      if (extra.after !== undefined) step.after = extra.after;
      if (extra.rewrite !== undefined) step.rewrite = extra.rewrite;
      if (extra.object !== undefined) step.object = extra.object;
      if (extra.rule !== undefined) step.rule = extra.rule;
      if (extra.facts !== undefined) step.facts = extra.facts;
    }
    this.steps.push(step);
    this.time += cost;
  }

  /** The finished trace. Causes are worked out when somebody looks: most exchanges are never asked why. */
  finish(head: Head, outcome: Outcome, duration: number, causes: () => readonly CauseLink[]): Trace {
    const decisive =
      (outcome === 'ok'
        ? undefined
        : this.steps.find((step) => step.verdict === 'reject' || step.verdict === 'drop')) ?? this.steps.at(-1);
    const { id, at, group, purpose, target, source, program, service, endpoint } = head;
    const trace: Writable<Trace> = {
      id,
      at,
      group,
      purpose,
      target,
      source,
      program,
      outcome,
      code: decisive?.code ?? '',
      steps: this.steps,
      duration,
      causes: NONE,
    };
    if (head.asked !== undefined) trace.asked = head.asked;
    if (head.argv !== undefined) trace.argv = head.argv;
    if (service !== undefined) trace.service = service;
    if (endpoint !== undefined) trace.endpoint = endpoint;
    if (outcome !== 'ok') {
      let found: readonly CauseLink[] | undefined;
      Object.defineProperty(trace, 'causes', {
        enumerable: true,
        get: () => {
          found ??= causes();
          return found;
        },
      });
    }
    return trace;
  }
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

const NONE: readonly CauseLink[] = [];
