import type { EndpointSlice, KubeObject, Service } from '../../cluster/api/types.ts';
import type { AppReply, DnsRecord, DnsType } from '../../cluster/network/namespace.ts';
import { CLUSTER_RECORDS } from '../../machines/dns-source.ts';
import type { Program } from '../../machines/process.ts';
import { until } from '../../sim/routine.ts';

const ZONE = 'cluster.local';
const TTL = 30;

/** What the DNS server looks up: the cluster's Services and endpoints. */
export interface DnsSource {
  service(name: string, namespace: string): Service | undefined;
  slices(service: string, namespace: string): readonly EndpointSlice[];
  serviceByIP(ip: string): (Service & KubeObject) | undefined;
}

/** CoreDNS with its kubernetes plugin: answers for cluster.local, knows nothing of the rest of the world. */
export const coredns: Program = {
  name: 'coredns',
  summary: 'DNS server of the cluster',
  *run(context) {
    const source = context.machine.world.service(CLUSTER_RECORDS);
    const answer = (name: string, type: DnsType): AppReply => withAliases(name, type);
    /** `forward . /etc/resolv.conf`: what is not the cluster's own is asked of the node's resolver. */
    const forward = (name: string, type: DnsType): AppReply => {
      const [server] = network.resolver.nameservers;
      if (server === undefined) return { kind: 'dns', rcode: 'SERVFAIL', answers: [] };
      const { reply, trace } = context.machine.world.network.connect(
        network,
        { protocol: 'UDP', address: server, port: 53, request: { kind: 'dns', name, type } },
        { program: 'coredns', target: name.replace(/\.$/, ''), purpose: 'dns' },
      );
      return reply?.kind === 'dns'
        ? { ...reply, delay: trace.duration }
        : { kind: 'dns', rcode: 'SERVFAIL', answers: [], delay: 2000 };
    };
    /** An alias comes with the addresses that it leads to, if anybody knows them. */
    const withAliases = (name: string, type: DnsType, depth = 0): AppReply => {
      if (!isOwn(name)) return forward(name, type);
      const own = resolve(source, name, type);
      const alias = own.kind === 'dns' ? own.answers.find((each) => each.type === 'CNAME') : undefined;
      if (own.kind !== 'dns' || alias === undefined || type === 'CNAME' || depth > 7) return own;
      const behind = withAliases(alias.value, type, depth + 1);
      return behind.kind === 'dns' && behind.rcode === 'NOERROR'
        ? { ...own, answers: [...own.answers, ...behind.answers], delay: (own.delay ?? 0) + (behind.delay ?? 0) }
        : own;
    };
    const serve = (request: { kind: string; name?: string; type?: DnsType }): AppReply =>
      request.kind === 'dns' ? answer(request.name ?? '', request.type ?? 'A') : { kind: 'close' };
    const { network } = context.machine;
    const closers = [
      network.listen({ protocol: 'UDP', address: '0.0.0.0', port: 53, program: 'coredns', serve }),
      network.listen({ protocol: 'TCP', address: '0.0.0.0', port: 53, program: 'coredns', serve }),
      ...[8080, 8181, 9153].map((port) =>
        network.listen({
          protocol: 'TCP',
          address: '0.0.0.0',
          port,
          program: 'coredns',
          serve: () => ({
            kind: 'http',
            status: 200,
            reason: 'OK',
            headers: [['Content-Type', 'text/plain']],
            body: 'OK',
          }),
        }),
      ),
    ];
    try {
      yield* context.stdout.write(
        `.:53\n[INFO] plugin/reload: Running configuration SHA512 = 8846d9ca81164c00fa03e78dfcf1a6846552cc49335bc010218794b8cfaf537759aa4b596e7dc20c0f618e8eb07603c0139662b99dfa3de45b176fbe7fb57ce1\nCoreDNS-1.12.0\nlinux/amd64, go1.23.3, 51e11f1\n`,
      );
      yield* until<void>((done) => context.onSignal('SIGTERM', () => done()));
    } finally {
      for (const close of closers) close();
    }
    return 0;
  },
};

/** Names that the `kubernetes` plugin answers itself. */
function isOwn(query: string): boolean {
  const name = query.toLowerCase().replace(/\.$/, '');
  return name === ZONE || name.endsWith(`.${ZONE}`) || name.endsWith('.in-addr.arpa');
}

/** Answers by the Kubernetes DNS specification (github.com/kubernetes/dns, docs/specification.md). */
export function resolve(source: DnsSource, query: string, type: DnsType): AppReply {
  const name = query.toLowerCase().replace(/\.$/, '');
  const fqdn = `${name}.`;
  const nothing = (rcode: 'NXDOMAIN' | 'NOERROR' = 'NXDOMAIN'): AppReply => ({ kind: 'dns', rcode, answers: [] });
  const found = (values: readonly string[], kind: DnsType = 'A'): AppReply => ({
    kind: 'dns',
    rcode: 'NOERROR',
    answers: values.map((value): DnsRecord => ({ name: fqdn, type: kind, ttl: TTL, value })),
  });
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (reverse !== null) {
    const service = source.serviceByIP([reverse[4], reverse[3], reverse[2], reverse[1]].join('.'));
    return service === undefined
      ? nothing()
      : found([`${service.metadata?.name}.${service.metadata?.namespace}.svc.${ZONE}.`], 'PTR');
  }
  if (!name.endsWith(`.${ZONE}`)) return nothing();
  const labels = name.slice(0, -ZONE.length - 1).split('.');
  const kind = labels.pop();
  const namespace = labels.pop() ?? '';
  if (kind === 'pod') {
    const ip = (labels[0] ?? '').replaceAll('-', '.');
    return /^\d+\.\d+\.\d+\.\d+$/.test(ip) && labels.length === 1 ? found([ip]) : nothing();
  }
  if (kind !== 'svc') return nothing();
  const serviceName = labels.pop() ?? '';
  const service = source.service(serviceName, namespace);
  if (service === undefined) return nothing();
  if (service.spec?.type === 'ExternalName')
    return {
      kind: 'dns',
      rcode: 'NOERROR',
      answers: [{ name: fqdn, type: 'CNAME', ttl: TTL, value: `${service.spec.externalName}.` }],
    };
  const early = service.spec?.publishNotReadyAddresses === true;
  const endpoints = source
    .slices(serviceName, namespace)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => early || endpoint.conditions?.ready !== false);
  const [first, second] = labels;
  if (labels.length === 2 && first?.startsWith('_') === true && second?.startsWith('_') === true) {
    const port = service.spec?.ports?.find(
      (each) => each.name === first.slice(1) && `_${(each.protocol ?? 'TCP').toLowerCase()}` === second,
    );
    return port === undefined
      ? nothing()
      : type === 'SRV'
        ? found([`0 100 ${port.port} ${serviceName}.${namespace}.svc.${ZONE}.`], 'SRV')
        : nothing('NOERROR');
  }
  if (labels.length === 1) {
    const own = endpoints.filter(
      (endpoint) => endpoint.hostname === first || endpoint.addresses[0]?.replaceAll('.', '-') === first,
    );
    return own.length === 0
      ? nothing()
      : type === 'A'
        ? found(own.flatMap((endpoint) => endpoint.addresses))
        : nothing('NOERROR');
  }
  if (labels.length > 1) return nothing();
  if (type !== 'A' && type !== 'ANY') return nothing('NOERROR');
  if (service.spec?.clusterIP === 'None')
    return endpoints.length === 0 ? nothing() : found(endpoints.flatMap((endpoint) => endpoint.addresses));
  return service.spec?.clusterIP === undefined ? nothing() : found([service.spec.clusterIP]);
}
