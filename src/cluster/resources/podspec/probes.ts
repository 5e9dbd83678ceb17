import type { Container } from '../../api/types.ts';
import type { Problems } from '../fields.ts';

type Probe = NonNullable<Container['readinessProbe']>;
type Hook = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<Hook, 'sleep'>;

const HEADER_RULE =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

/** The probes of a container and its lifecycle hooks. `grace` is the pod's termination grace period in seconds. */
export function checkHandlers(at: string, container: Container, grace: number, found: Problems): void {
  const { lifecycle } = container;
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle?.[hook];
    if (handler)
      checkHandler(`${at}.lifecycle.${hook}`, handler, ['exec', 'httpGet', 'tcpSocket', 'sleep'], grace, found);
  }
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[kind];
    if (!probe) continue;
    checkProbe(`${at}.${kind}`, probe, grace, found);
    if (kind === 'readinessProbe') {
      if (probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds !== null)
        found.invalid(
          `${at}.${kind}.terminationGracePeriodSeconds`,
          probe.terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        );
    } else if (probe.successThreshold !== 1)
      found.invalid(`${at}.${kind}.successThreshold`, probe.successThreshold, 'must be 1');
  }
}

/** validateProbe */
function checkProbe(at: string, probe: Probe, grace: number, found: Problems): void {
  checkHandler(at, probe, ['exec', 'httpGet', 'tcpSocket', 'grpc'], grace, found);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    found.notNegative(`${at}.${field}`, probe[field]);
  const own = probe.terminationGracePeriodSeconds;
  if (own !== undefined && own !== null && own <= 0)
    found.invalid(`${at}.terminationGracePeriodSeconds`, own, 'must be greater than 0');
}

/** validateHandler */
function checkHandler(
  at: string,
  handler: Handler,
  types: readonly (keyof Handler)[],
  grace: number,
  found: Problems,
): void {
  let count = 0;
  for (const type of types) {
    if (!handler[type]) continue;
    if (count++ > 0) {
      found.forbidden(`${at}.${type}`, 'may not specify more than 1 handler type');
      continue;
    }
    const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
    if (type === 'exec' && (exec?.command ?? []).length === 0) found.required(`${at}.exec.command`);
    if (type === 'httpGet' && httpGet) {
      if ((httpGet.path ?? '') === '') found.required(`${at}.httpGet.path`);
      found.portOrName(`${at}.httpGet.port`, httpGet.port);
      if (!['HTTP', 'HTTPS'].includes(httpGet.scheme ?? ''))
        found.unsupported(`${at}.httpGet.scheme`, httpGet.scheme ?? '', ['HTTP', 'HTTPS']);
      for (const { name } of httpGet.httpHeaders ?? [])
        if (!/^[-A-Za-z0-9]+$/.test(name)) found.invalid(`${at}.httpGet.httpHeaders`, name, HEADER_RULE);
    }
    if (type === 'tcpSocket') found.portOrName(`${at}.tcpSocket.port`, tcpSocket?.port);
    if (type === 'grpc') found.port(`${at}.grpc.port`, grpc?.port);
    if (type === 'sleep' && sleep && (sleep.seconds < 0 || sleep.seconds > grace))
      found.invalid(
        `${at}.sleep`,
        sleep.seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${grace})`,
      );
  }
  if (count === 0) found.required(at, 'must specify a handler type');
}
