import { type Case, refOf } from '../causes/cause.ts';
import { change, type Fix, lineFor, type Propose } from './fix.ts';
import { named, serviceIn } from './given.ts';

/** The same request with -k: curl goes on, whoever is at the other end. */
function anyway(given: Case): Fix[] {
  const line = lineFor(given).replace(/^curl /, 'curl -k ');
  return [{ code: 'ask.anyway', facts: { line }, commands: [], ask: { machine: 'client', line } }];
}

/** Fixes of what a Service was told to do, and of how it was asked. */
export const behaviour: Readonly<Record<string, Propose>> = {
  'service.publishes-not-ready': (given, cause) => {
    const service = serviceIn(given, cause);
    return service === undefined
      ? []
      : [
          change('not-ready.hide', { ...refOf('Service', service), fieldPath: 'spec.publishNotReadyAddresses' }, [
            { op: 'remove', path: '/spec/publishNotReadyAddresses' },
          ]),
        ];
  },
  'affinity.client-ip': (given, cause) => {
    const service = serviceIn(given, cause);
    return service === undefined
      ? []
      : [
          change('affinity.off', { ...refOf('Service', service), fieldPath: 'spec.sessionAffinity' }, [
            { op: 'replace', path: '/spec/sessionAffinity', value: 'None' },
            ...(service.spec?.sessionAffinityConfig === undefined
              ? []
              : [{ op: 'remove' as const, path: '/spec/sessionAffinityConfig' }]),
          ]),
        ];
  },
  'cluster-ip.icmp': (given) => {
    const { service } = given.trace;
    const port = named(given, service?.name, service?.namespace)?.spec?.ports?.[0]?.port;
    if (port === undefined) return [];
    const asked = given.trace.asked ?? given.trace.target;
    const line = `curl -sS http://${asked}${port === 80 ? '' : `:${port}`}`;
    return [{ code: 'ask.tcp', facts: { line, port: String(port) }, commands: [], ask: { machine: 'client', line } }];
  },
  'certificate.self-signed': anyway,
  'certificate.unknown-issuer': anyway,
  'certificate.expired': anyway,
  'certificate.not-yet-valid': anyway,
  'certificate.other-name': anyway,
};
