import type { Clients } from '../../api/client.ts';
import type { KubeObject, ObjectRef, Pod, Service } from '../../api/types.ts';
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

/** ` -n NAMESPACE`, unless it is the default one. */
export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
}
