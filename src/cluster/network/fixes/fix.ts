import type { ObjectRef } from '../../api/types.ts';
import { type Case, inNamespace } from '../causes/cause.ts';
import { hostOf } from '../causes/names.ts';
import type { KnownFixCode } from '../codes.ts';
import type { CauseLink } from '../trace.ts';

/** One operation of a JSON patch (RFC 6902). */
export interface PatchStep {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** What a person could do about a cause. The words come from `code` and `facts`. */
export interface Fix {
  readonly code: KnownFixCode;
  readonly facts: Readonly<Record<string, string>>;
  /** The object that it changes, at the field that it changes. */
  readonly object?: ObjectRef;
  /** The change of the object, so that a file that holds the object can be changed in the same way. */
  readonly patch?: readonly PatchStep[];
  /** Command lines for the laptop's shell, in order. */
  readonly commands: readonly string[];
  /** A node that gets its power back. */
  readonly power?: string;
  /** The command line to use in place of the request's own, where the request came from or on the laptop. */
  readonly ask?: { readonly machine: 'client' | 'laptop'; readonly line: string };
}

/** Proposes fixes for one link, the likeliest first. */
export type Propose = (given: Case, link: CauseLink) => Fix[];

/** A text as one word of a shell's command line. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Steps of a field path as a JSON pointer: `spec.ports[0].targetPort`. */
export function pointer(path: string, ...keys: readonly (string | number)[]): string {
  const steps = path.split(/[.[\]]+/).filter((each) => each !== '');
  return [...steps, ...keys.map(String)].map((each) => `/${each.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A fix that changes fields of an object. */
export function change(
  code: KnownFixCode,
  object: ObjectRef,
  patch: readonly PatchStep[],
  facts: Readonly<Record<string, string>> = {},
  after: readonly string[] = [],
): Fix {
  const kind = object.kind.toLowerCase();
  const type = `patch ${kind} ${object.name}${inNamespace(object.namespace)} --type=json`;
  return {
    code,
    facts: { ...facts, kind: object.kind, name: object.name },
    object,
    patch,
    commands: [`kubectl ${type} -p ${quoted(JSON.stringify(patch))}`, ...after],
  };
}

/** A fix that is done by commands alone. */
export function run(
  code: KnownFixCode,
  commands: readonly string[],
  facts: Readonly<Record<string, string>> = {},
  object?: ObjectRef,
): Fix {
  return { code, facts, commands, ...(object === undefined ? {} : { object }) };
}

/** The request again, with another host, port or scheme. Undefined when it was no URL and no name. */
export function askAgain(
  code: KnownFixCode,
  given: Case,
  to: { scheme?: string; host?: string; port?: number | undefined },
  facts: Readonly<Record<string, string>> = {},
  machine: 'client' | 'laptop' = 'client',
): Fix {
  const line = lineFor(given, to);
  return { code, facts: { ...facts, line }, commands: [], ask: { machine, line } };
}

/** The command line of a request like the given one. */
export function lineFor(given: Case, to: { scheme?: string; host?: string; port?: number | undefined } = {}): string {
  const { trace, tuple } = given;
  const asked = trace.asked ?? trace.target;
  const host = to.host ?? hostOf(asked) ?? tuple.dst;
  if (trace.purpose === 'ping') return `ping -c 1 ${host}`;
  if (trace.purpose === 'dns' && !/^https?:/.test(asked))
    return trace.program === 'ping' ? `ping -c 1 ${host}` : `nslookup ${host}`;
  const again = trace.argv?.slice(1);
  const scheme = to.scheme ?? (/^https:/.test(asked) ? 'https' : 'http');
  const written = /^\w+:\/\/[^/]*?:(\d+)/.exec(asked)?.[1];
  const port = 'port' in to ? to.port : written === undefined ? undefined : Number(written);
  const usual = scheme === 'https' ? 443 : 80;
  const path = /^\w+:\/\/[^/]+(\/.*)$/.exec(asked)?.[1] ?? '';
  const suffix = port === undefined || port === usual ? '' : `:${port}`;
  const url = `${scheme}://${host}${suffix}${path === '/' ? '' : path}`;
  const at = again?.findIndex((each) => sameUrl(each, asked)) ?? -1;
  const args = again === undefined || at < 0 ? ['-sS', url] : again.map((each, index) => (index === at ? url : each));
  return ['curl', ...args].map(quoted).join(' ');
}

/** `my-nginx` on a command line is `http://my-nginx/` once curl has read it. */
function sameUrl(written: string, asked: string): boolean {
  const bare = (text: string) => text.replace(/^\w+:\/\//, '').replace(/\/$/, '');
  return bare(written) === bare(asked);
}
