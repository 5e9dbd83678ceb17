import type { KubeObject } from '../cluster/api/types.ts';
import type { Place, Trace } from '../cluster/network/trace.ts';
import { requestsOf } from '../programs/hopscope/requests.ts';
import type { Condition } from './format.ts';

/** A simple command that ended on one of the machines. */
export interface CommandRecord {
  /** Virtual time of its end. */
  readonly at: number;
  /** Machine id: `laptop`, `node/NAME`, `pod/NAMESPACE/NAME`. */
  readonly machine: string;
  /** The command line as typed, aliases and variables expanded, quotes removed. */
  readonly line: string;
  readonly status: number;
  /** What it printed, standard output and error, cut after 64 KiB. */
  readonly output: string;
}

/** What conditions look at: the cluster as it is, and what happened since the step began. */
export interface Observed {
  /** Objects by plural (`pods`, `deployments.apps`), in one namespace or in all. Empty for an unknown resource. */
  objects(resource: string, options: { namespace?: string; selector?: string }): readonly KubeObject[];
  readonly commands: readonly CommandRecord[];
  /** Without kubelet probes. */
  readonly traces: readonly Trace[];
  /** A file of the laptop; relative to its home folder. */
  file(path: string): string | undefined;
  /** Evaluates a CEL expression over all objects; false when it does not compile or fails. */
  cel?(expression: string): boolean;
}

/** How a condition stands, with a short machine-made text of what is there now (`1 of 2`), if there is one. */
export interface Finding {
  readonly holds: boolean;
  readonly now?: string;
}

/** Whether the condition holds. Pure: the same observation gives the same finding. */
export function evaluate(condition: Condition, observed: Observed): Finding {
  if (condition.objects !== undefined) return objectsHold(condition.objects, observed);
  if (condition.command !== undefined) return { holds: commandHolds(condition.command, observed) };
  if (condition.request !== undefined) return requestHolds(condition.request, observed);
  if (condition.file !== undefined) return { holds: fileHolds(condition.file, observed) };
  if (condition.cel !== undefined) return { holds: observed.cel?.(condition.cel) ?? false };
  if (condition.all !== undefined) {
    const findings = condition.all.map((part) => evaluate(part, observed));
    return findings.find((finding) => !finding.holds) ?? { holds: true };
  }
  if (condition.any !== undefined) return { holds: condition.any.some((part) => evaluate(part, observed).holds) };
  if (condition.not !== undefined) return { holds: !evaluate(condition.not, observed).holds };
  return { holds: false };
}

function objectsHold(wanted: NonNullable<Condition['objects']>, observed: Observed): Finding {
  const found = observed
    .objects(wanted.resource, {
      ...(wanted.namespace === undefined ? {} : { namespace: wanted.namespace }),
      ...(wanted.selector === undefined ? {} : { selector: wanted.selector }),
    })
    .filter((object) => wanted.name === undefined || object.metadata?.name === wanted.name)
    .filter((object) => wanted.match === undefined || contains(object, wanted.match));
  const { count } = wanted;
  const min = typeof count === 'number' ? count : (count?.min ?? (count?.max === undefined ? 1 : 0));
  const max = typeof count === 'number' ? count : (count?.max ?? Number.POSITIVE_INFINITY);
  const holds = found.length >= min && found.length <= max;
  return {
    holds,
    ...(holds || (min === 1 && found.length === 0) ? {} : { now: `${found.length} / ${Math.min(max, min)}` }),
  };
}

/**
 * Partial match as chainsaw and kuttl do it: every field of `part` must be in `whole`; lists match when each item of the
 * part is contained in some item of the whole, in order. A string `~text` is a regular expression.
 */
export function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    let from = 0;
    for (const item of part) {
      const at = whole.findIndex((candidate, index) => index >= from && contains(candidate, item));
      if (at < 0) return false;
      from = at + 1;
    }
    return true;
  }
  if (typeof part === 'object' && part !== null) {
    if (typeof whole !== 'object' || whole === null) return false;
    return Object.entries(part).every(([key, value]) => {
      const there = (whole as Record<string, unknown>)[key];
      return value === null ? there === undefined || there === null : contains(there, value);
    });
  }
  if (typeof part === 'string' && part.startsWith('~'))
    return typeof whole === 'string' && new RegExp(part.slice(1)).test(whole);
  return whole === part;
}

function commandHolds(wanted: NonNullable<Condition['command']>, observed: Observed): boolean {
  const line = new RegExp(wanted.matches);
  const output = wanted.output === undefined ? undefined : new RegExp(wanted.output, 'm');
  return observed.commands.some(
    (command) =>
      line.test(command.line) &&
      (wanted.on === undefined || machineIs(command.machine, wanted.on)) &&
      (wanted.status === undefined || command.status === wanted.status) &&
      (output === undefined || output.test(command.output)),
  );
}

function machineIs(machine: string, wanted: string): boolean {
  const [kind] = machine.split('/');
  return kind === wanted || machine === wanted || machine.endsWith(`/${wanted}`);
}

function requestHolds(wanted: NonNullable<Condition['request']>, observed: Observed): Finding {
  if (wanted.row !== undefined) return rowHolds(wanted, wanted.row, observed);
  const fitting = observed.traces.filter((trace) => requestFits(wanted, trace));
  const endpoints = new Set(fitting.map((trace) => trace.endpoint?.name ?? destination(trace)));
  const sources = new Set(fitting.map((trace) => nodeOf(trace.source)));
  const times = wanted.times ?? 1;
  if (wanted.endpoints !== undefined && endpoints.size < wanted.endpoints)
    return { holds: false, ...(fitting.length === 0 ? {} : { now: `${endpoints.size} / ${wanted.endpoints}` }) };
  if (wanted.sources !== undefined && sources.size < wanted.sources)
    return { holds: false, ...(fitting.length === 0 ? {} : { now: `${sources.size} / ${wanted.sources}` }) };
  if (fitting.length >= times) return { holds: true };
  return { holds: false, ...(fitting.length === 0 ? {} : { now: `${fitting.length} / ${times}` }) };
}

function rowHolds(wanted: NonNullable<Condition['request']>, row: number, observed: Observed): Finding {
  const asked = requestsOf(
    observed.traces.filter(({ source }) => wanted.from === undefined || placeIs(source, wanted.from)),
  );
  const broken = asked.findLastIndex(({ decisive, ok }) => !ok || !requestFits(wanted, decisive));
  const found = asked.length - 1 - broken;
  return { holds: found >= row, ...(found >= row || asked.length === 0 ? {} : { now: `${found} / ${row}` }) };
}

function requestFits(wanted: NonNullable<Condition['request']>, trace: Trace): boolean {
  if (wanted.from !== undefined && !placeIs(trace.source, wanted.from)) return false;
  if (wanted.service !== undefined && !named(trace.service, wanted.service)) return false;
  if (wanted.purpose !== undefined && trace.purpose !== wanted.purpose) return false;
  if (wanted.outcome !== undefined && trace.outcome !== wanted.outcome) return false;
  if (
    wanted.code !== undefined &&
    trace.code !== wanted.code &&
    !trace.steps.some((step) => step.code === wanted.code) &&
    !trace.causes.some((cause) => cause.code === wanted.code)
  )
    return false;
  if (
    wanted.status !== undefined &&
    !trace.steps.some((step) => step.facts?.['status']?.split(' ')[0] === String(wanted.status))
  )
    return false;
  return wanted.to === undefined || goesTo(trace, wanted.to);
}

function goesTo(trace: Trace, to: string): boolean {
  if (to === 'service') return trace.service !== undefined;
  if (to === 'pod') return trace.service === undefined && trace.endpoint?.kind === 'Pod';
  if (to === 'node' || to === 'internet')
    return trace.steps.some(({ component, place }) => component === 'server' && place.at === to);
  const asked = trace.target.replace(/\/$/, '');
  return (
    destination(trace) === to ||
    asked === to.replace(/\/$/, '') ||
    named(trace.service, to) ||
    named(trace.endpoint, to)
  );
}

/** Whether a reference has a name, which may have its namespace before it: `web`, `shop/web`. */
function named(ref: Trace['service'], wanted: string): boolean {
  return ref !== undefined && (ref.name === wanted || `${ref.namespace}/${ref.name}` === wanted);
}

function destination(trace: Trace): string {
  return trace.steps[0]?.before.dst ?? trace.target;
}

function placeIs(place: Place, wanted: string): boolean {
  if (place.at === wanted) return true;
  return ('node' in place && place.at === 'node' && place.node === wanted) || ('pod' in place && place.pod === wanted);
}

function nodeOf(place: Place): string {
  return 'node' in place ? place.node : place.at;
}

function fileHolds(wanted: NonNullable<Condition['file']>, observed: Observed): boolean {
  const text = observed.file(wanted.path);
  if (wanted.missing === true) return text === undefined;
  return text !== undefined && (wanted.contains === undefined || text.includes(wanted.contains));
}
