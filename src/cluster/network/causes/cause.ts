import type { Clients } from '../../api/client.ts';
import type { KubeObject, ObjectRef, Pod, Service, ServicePort } from '../../api/types.ts';
import type { Flavour } from '../../flavours/flavour.ts';
import type { KnownCauseCode, KnownStepCode } from '../codes.ts';
import type { NetworkNamespace } from '../namespace.ts';
import type { CauseLink, Trace, TraceStep, Tuple } from '../trace.ts';

export type PodObject = Pod & KubeObject;
export type ServiceObject = Service & KubeObject;

/** What explaining looks at: the failed exchange, and the cluster as it is when somebody asks. */
export interface Case {
  readonly network: {
    readonly clients: Clients;
    readonly flavour: Flavour;
    ownerOf(address: string): NetworkNamespace | undefined;
    powered(node: string): boolean;
    /** The latest traces: the look-ups that belong to a request share its group. */
    recent(): readonly Trace[];
    /** What a container wrote last, of the run that crashed if it crashed; empty when nobody knows. */
    logs(pod: PodObject, container: string): readonly string[];
  };
  readonly trace: Trace;
  /** What the client sent. */
  readonly tuple: Tuple;
  readonly from: NetworkNamespace;
}

/** Explains what one step's code means for a case: links from the step towards what a person can change. */
export type Explain = (given: Case, step: TraceStep) => CauseLink[];

/** The codes that one file explains. */
export type Family = Partial<Record<KnownStepCode, Explain>>;

export function link(
  code: KnownCauseCode,
  rest: { object?: ObjectRef | undefined; facts?: Record<string, string>; evidence?: string } = {},
): CauseLink {
  const { object, facts, evidence } = rest;
  return {
    code,
    ...(object === undefined ? {} : { object }),
    ...(facts === undefined ? {} : { facts }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** The same object, at one of its fields. */
export function at(object: ObjectRef | undefined, fieldPath: string): ObjectRef | undefined {
  return object === undefined ? undefined : { ...object, fieldPath };
}

/** The Service that the failed exchange was for. */
export function serviceOf(given: Case): ServiceObject | undefined {
  const { service } = given.trace;
  if (service === undefined) return undefined;
  return given.network.clients.resource<ServiceObject>('services').find(service.name, service.namespace);
}

export function refOf(kind: string, object: KubeObject): ObjectRef {
  const { name = '', namespace, uid } = object.metadata ?? {};
  return { kind, name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
}

/** The port of the Service that the client asked for, and its place in `spec.ports`. */
export function askedPort(given: Case, service: ServiceObject): { index: number; port: ServicePort } | undefined {
  const ports = service.spec?.ports ?? [];
  const { dstPort } = given.tuple;
  const found = ports.findIndex((each) => each.port === dstPort || each.nodePort === dstPort);
  const index = found < 0 ? 0 : found;
  const port = ports[index];
  return port === undefined ? undefined : { index, port };
}

/** How many letters to add, drop, change or swap with the next. */
export function editDistance(a: string, b: string): number {
  if (a.length > 63 || b.length > 63) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The word of a list that is a slip of the finger away: at most a third of its letters differ. */
export function closestWord(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of known) {
    if (Math.abs(each.length - word.length) >= least) continue;
    const distance = editDistance(word, each);
    if (distance < least) {
      least = distance;
      best = each;
    }
  }
  return best;
}

/** ` -n NAMESPACE`, unless it is the default one. */
export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
}
