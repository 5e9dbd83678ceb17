/** For tables of facts about the API server of Kubernetes v1.33: what it says to one object, each with the place that says so. */
import { beforeAll, expect, it } from 'vitest';
import { builtInFields } from '../../field-schema.ts';
import { type Answer, ask, patch, serve } from '../testing/serve.ts';
import type { KubeObject } from '../types.ts';

/** Objects are decoded as Go's types have their fields; without them there is no telling a wrong one. */
beforeAll(() => builtInFields.load());

/** Any object, without the types of fields: many of these are wrong on purpose. */
export type Loose = Readonly<Record<string, unknown>>;

/** What comes of a write: `says` is the message of the refusal; or it is accepted, with these warnings and these fields. */
export interface Fact {
  /** What is asked. */
  readonly of: string;
  /** Fields to send; laid over {@link Subject.base}. */
  readonly send?: Loose;
  /** The message after `KIND "NAME" is invalid: `, or the whole message when the server says something else. */
  readonly says?: string | RegExp;
  readonly warns?: readonly string[];
  /** Part of the object that is stored. */
  readonly becomes?: Loose;
}

export interface Subject {
  /** `/api/v1/namespaces/default/services` */
  readonly path: string;
  /** An object that is accepted as it is. */
  readonly base: KubeObject;
  /** Where Kubernetes' source says so. */
  readonly source: string;
}

/** A copy of `base` with `over` laid over it: maps are merged, lists and values replaced, undefined removes. */
export function laid(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const made: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) delete made[key];
    else made[key] = laid(made[key], value);
  }
  return made;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The server's message without the kind and the name. */
function bare(message: string | undefined): string | undefined {
  return message?.replace(/^\S+ ".*?" is invalid: /, '');
}

function check(answer: Answer, says: Fact['says']): void {
  const said = answer.code < 300 ? undefined : bare(answer.body.message);
  if (says instanceof RegExp) expect(said).toMatch(says);
  else expect(said).toBe(says);
}

/** One test for each fact, of what a POST gets. */
export function created({ path, base, source }: Subject, facts: readonly Fact[]): void {
  for (const { of, send = {}, says, warns, becomes } of facts)
    it(`${of} (${source})`, () => {
      const answer = ask(serve(), 'POST', path, laid(base, send));
      check(answer, says);
      if (warns !== undefined) expect(answer.warnings).toEqual(warns);
      if (becomes !== undefined) expect(answer.body).toMatchObject(becomes);
    });
}

/** A fact about a change: what is sent as a merge patch to an object that is there. */
export interface ChangeFact extends Fact {
  /** Laid over the base before the object is created. */
  readonly from?: Loose;
  /** What kind of patch; a merge patch unless said. */
  readonly by?: 'json' | 'strategic' | 'merge';
  /** The body of a JSON patch. */
  readonly body?: unknown;
}

/** One test for each fact, of what a PATCH gets. */
export function changed({ path, base, source }: Subject, facts: readonly ChangeFact[]): void {
  for (const { of, from = {}, send, body, by = 'merge', says, warns, becomes } of facts)
    it(`${of} (${source})`, () => {
      const api = serve();
      const made = ask(api, 'POST', path, laid(base, from));
      expect(made.code, made.body.message).toBe(201);
      const answer = patch(api, by, `${path}/${base.metadata?.name}`, body ?? send);
      check(answer, says);
      if (warns !== undefined) expect(answer.warnings).toEqual(warns);
      if (becomes !== undefined) expect(answer.body).toMatchObject(becomes);
    });
}
