import type { KubeObject, ObjectRef, Secret } from '../../api/types.ts';
import type { KnownCauseCode } from '../codes.ts';
import type { CauseLink, TraceStep } from '../trace.ts';
import { type Case, type Family, inNamespace, link, type PodObject } from './cause.ts';

/** Client and server met, and could not agree on how to talk in private. */
export const certificates: Family = {
  'tls.distrust': (given, step) => [distrusted(given, step)],
  'tls.version': (given, step) => [
    link('tls.too-old', {
      object: given.trace.endpoint,
      facts: { version: step.facts?.['version'] ?? '', least: step.facts?.['least'] ?? '' },
    }),
  ],
};

const CAUSES: Readonly<Record<string, readonly [KnownCauseCode, ...string[]]>> = {
  'self-signed': ['certificate.self-signed', 'subject', 'serverName'],
  'unknown-issuer': ['certificate.unknown-issuer', 'subject', 'issuer', 'serverName'],
  expired: ['certificate.expired', 'subject', 'until'],
  'not-yet-valid': ['certificate.not-yet-valid', 'subject', 'from'],
  'other-name': ['certificate.other-name', 'names', 'serverName'],
};

function distrusted(given: Case, { facts = {} }: TraceStep): CauseLink {
  const [code, ...names] = CAUSES[facts['problem'] ?? ''] ?? CAUSES['self-signed'] ?? ['certificate.self-signed'];
  const secret = secretOf(given);
  return link(code, {
    object: secret ?? given.trace.endpoint,
    facts: {
      ...Object.fromEntries(names.map((name) => [name, facts[name] ?? ''])),
      ...(secret === undefined ? {} : { secret: secret.name }),
    },
    ...(secret === undefined
      ? {}
      : { evidence: `kubectl describe secret ${secret.name}${inNamespace(secret.namespace)}` }),
  });
}

/** The Secret that the server has its certificate from, at the certificate. */
function secretOf(given: Case): ObjectRef | undefined {
  const { endpoint } = given.trace;
  if (endpoint?.kind !== 'Pod') return undefined;
  const { clients } = given.network;
  const pod = clients.resource<PodObject>('pods').find(endpoint.name, endpoint.namespace ?? 'default');
  for (const volume of pod?.spec?.volumes ?? []) {
    const name = volume.secret?.secretName;
    if (name === undefined) continue;
    const secret = clients.resource<Secret & KubeObject>('secrets').find(name, endpoint.namespace ?? 'default');
    const key = Object.keys(secret?.data ?? {}).find((each) => each.endsWith('.crt'));
    if (key === undefined) continue;
    const namespace = endpoint.namespace ?? 'default';
    return { kind: 'Secret', name, namespace, fieldPath: `data.${key}` };
  }
  return undefined;
}
