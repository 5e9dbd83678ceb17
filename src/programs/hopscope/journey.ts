import { STEP_CODES } from '../../cluster/network/codes.ts';
import type { Place, Trace, TraceStep, Tuple } from '../../cluster/network/trace.ts';

type Facts = Readonly<Record<string, string>>;

/** What happens in a step, by its code. Terminal text: English. */
const STEPS: Partial<Readonly<Record<keyof typeof STEP_CODES, (facts: Facts) => string>>> = {
  'client.connect': ({ program }) => `${program} opens a connection`,
  'client.echo': ({ program }) => `${program} sends an echo request`,
  'client.receive': ({ status }) => (status === undefined ? 'the answer arrives' : `the answer arrives: ${status}`),
  'client.refused': ({ reporter }) => `connection refused${reporter === undefined ? '' : `, says ${reporter}`}`,
  'client.timeout': () => 'nothing comes back',
  'client.unreachable': ({ reporter }) => `no route to host${reporter === undefined ? '' : `, says ${reporter}`}`,
  'local.deliver': () => 'stays on this machine',
  'proxy.dnat': ({ service, chain, endpoint, endpoints, probability, affinity, masquerade }) =>
    [
      `${chain} of ${service} chooses ${endpoint}, one of ${endpoints}`,
      ...(probability === undefined ? [] : [`probability ${probability}`]),
      ...(affinity === undefined ? [] : [`session affinity for ${affinity} s`]),
      ...(masquerade === undefined ? [] : [`the sender becomes ${masquerade}`]),
    ].join('; '),
  'proxy.reject': ({ comment }) => `rejected: ${comment}`,
  'proxy.drop': ({ comment }) => `dropped: ${comment}`,
  'proxy.firewall': ({ ranges }) => `dropped: the load balancer lets only ${ranges} in`,
  'policy.ingress': ({ policy, pod }) => `dropped: NetworkPolicy ${policy} does not let it into ${pod}`,
  'policy.egress': ({ policy, pod }) => `dropped: NetworkPolicy ${policy} does not let it out of ${pod}`,
  'proxy.restore': () => 'the reply gets the asked address back',
  'egress.masquerade': () => 'leaves the cluster under the address of its node',
  'egress.restore': () => 'the reply gets the address of the pod back',
  'route.out': ({ cidr, via }) => `by the route ${cidr}${via === undefined ? '' : ` via ${via}`}`,
  'route.in': () => 'enters the node',
  'bridge.cross': () => 'crosses the bridge',
  'route.none': ({ cidr }) => `lost: no route to ${cidr} outside of the cluster`,
  'route.lost': ({ cidr }) => `lost: ${cidr} leads to nobody`,
  'host.none': ({ address }) => `nobody answers for ${address}`,
  'icmp.unowned': () => 'lost: no rule matches ICMP',
  'node.dark': ({ node }) => `lost: ${node} has no power`,
  'cloud.nat': () => "the cloud puts the node's internal address in",
  'cloud.egress': () => "the cloud puts the node's external address in",
  'cloud.balance': ({ node, healthy }) =>
    node === undefined ? 'lost: no healthy node' : `the load balancer picks ${node}, one of ${healthy}`,
  'cloud.proxy': () => 'the load balancer connects to the node port',
  'cloud.restore': () => 'the reply gets the public address back',
  'server.answer': ({ program, status }) => `${program} answers${status === undefined ? '' : ` ${status}`}`,
  'server.echo': () => 'the kernel answers the echo',
  'server.refuse': ({ port, listens }) => `refused: nothing listens on ${port}${listens ? `, only on ${listens}` : ''}`,
  'server.close': ({ program }) => `${program} closes without an answer`,
  'dns.ask': ({ query, type }) => `asks for ${query} ${type}`,
  'dns.answer': ({ answer }) => `the answer is ${answer}`,
  'dns.nxdomain': ({ rcode }) => `no such name (${rcode})`,
  'dns.nodata': ({ type }) => `the name has no ${type} record`,
  'dns.receive': ({ answer }) => (answer === undefined ? 'learns that there is no such name' : `learns ${answer}`),
  'tls.handshake': ({ serverName }) => `TLS handshake for ${serverName}`,
  'tls.certificate': ({ names, until }) => `certificate for ${names}, valid until ${until}`,
  'tls.distrust': ({ problem, serverName }) => `certificate refused for ${serverName}: ${problem}`,
  'tls.version': ({ version, least }) => `speaks ${version}, not ${least}`,
  'tls.plain': ({ program }) => `${program} does not speak TLS here`,
};

function placeText(place: Place): string {
  switch (place.at) {
    case 'pod':
      return `pod ${place.pod}`;
    case 'node':
      return place.node;
    case 'rules':
      return `rules of ${place.node}`;
    case 'bridge':
      return `bridge of ${place.node}`;
    case 'door':
      return `eth0 of ${place.node}`;
    case 'loadbalancer':
      return `load balancer of ${place.service}`;
    default:
      return place.at;
  }
}

const port = (address: string, number: number) => (number === 0 ? address : `${address}:${number}`);
const pair = ({ src, srcPort, dst, dstPort }: Tuple) => `${port(src, srcPort)} > ${port(dst, dstPort)}`;

/** What a step does, in words. */
export function stepText(step: TraceStep): string {
  return STEPS[step.code as keyof typeof STEP_CODES]?.(step.facts ?? {}) ?? summaryOf(step.code);
}

function summaryOf(code: string): string {
  return STEP_CODES[code as keyof typeof STEP_CODES]?.summary ?? code;
}

/** An exchange hop by hop: where, what, and the addresses that the packet carries, before and after a rewrite. */
export function journeyLines(trace: Trace): string[] {
  const places = trace.steps.map((step) => placeText(step.place));
  const width = Math.min(40, Math.max(...places.map((each) => each.length)));
  const lines: string[] = [];
  for (const [index, step] of trace.steps.entries()) {
    if (step.direction === 'reply' && trace.steps[index - 1]?.direction === 'request') lines.push('    back');
    const mark = step.verdict === 'reject' || step.verdict === 'drop' ? 'x' : ' ';
    lines.push(`${mark}${String(step.hop).padStart(3)}  ${(places[index] ?? '').padEnd(width)}  ${stepText(step)}`);
    const indent = `      ${' '.repeat(width)}`;
    if (index === 0 || step.after !== undefined) lines.push(`${indent}${pair(step.before)}`);
    if (step.after !== undefined) lines.push(`${indent}${pair(step.after)}  ${step.rewrite ?? ''}`);
  }
  return lines;
}
