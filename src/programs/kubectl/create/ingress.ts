import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { creator } from './subcommand.ts';

const noTime = null as unknown as string;

/** host/path=service:port[,tls[=secret]] (ruleRegexp of create_ingress.go) */
const RULE =
  /^(?<host>[\w*\-.]*)(?<path>\/[^=]*)=(?<service>[a-zA-Z0-9-]+):(?<port>[a-zA-Z0-9-]+)(?<options>,(?<tls>tls(=(?<secret>[\w.-]+)?)?))?$/;

interface Path {
  readonly path: string;
  readonly pathType: string;
  readonly backend: object;
}

/** `kubectl create ingress` */
export const createIngress: Command = creator({
  name: 'ingress',
  aliases: ['ing'],
  flags: [
    { name: 'class', type: 'string' },
    { name: 'rule', type: 'array' },
    { name: 'default-backend', type: 'string' },
    { name: 'annotation', type: 'array' },
  ],
  failure: 'failed to create ingress: ',
  make({ flags }, name, namespace) {
    const rules = flags.list('rule');
    const fallback = flags.string('default-backend');
    if (rules.length === 0 && fallback === '')
      throw new Failure(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    for (const rule of rules)
      if (!RULE.test(rule))
        throw new Failure(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    const annotations: Record<string, string> = {};
    for (const word of flags.list('annotation')) {
      const at = word.indexOf('=');
      if (at <= 0) throw new Failure(`annotation ${word} is invalid and should be in format key=[value]`);
      annotations[word.slice(0, at)] = word.slice(at + 1);
    }
    if (fallback !== '' && fallback.split(':').filter((part) => part !== '').length !== 2)
      throw new Failure('default-backend should be in format servicename:serviceport');
    const className = flags.string('class');
    const tls = secrets(rules);
    const hosts = byHost(rules);
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        creationTimestamp: noTime,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      spec: {
        ...(className === '' ? {} : { ingressClassName: className }),
        ...(fallback === '' ? {} : { defaultBackend: backend(...(fallback.split(':') as [string, string])) }),
        ...(tls.length === 0 ? {} : { tls }),
        ...(hosts.length === 0 ? {} : { rules: hosts }),
      },
      status: { loadBalancer: {} },
    };
  },
});

function partsOf(rule: string): Readonly<Record<string, string | undefined>> {
  return RULE.exec(rule)?.groups ?? {};
}

function backend(service: string, port: string): object {
  return { service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** The rules of each host, in the order in which hosts are first named. */
function byHost(rules: readonly string[]): object[] {
  const hosts = new Map<string, Path[]>();
  for (const rule of rules) {
    const { host = '', path = '', service = '', port = '' } = partsOf(rule);
    const paths = hosts.get(host) ?? [];
    hosts.set(host, paths);
    const prefix = path.endsWith('*');
    paths.push({
      path: prefix ? path.slice(0, -1) : path,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: backend(service, port),
    });
  }
  return [...hosts].map(([host, paths]) => ({ ...(host === '' ? {} : { host }), http: { paths } }));
}

/** One entry for each secret, and one for the hosts without one. */
function secrets(rules: readonly string[]): object[] {
  const bySecret = new Map<string, string[]>();
  for (const rule of rules) {
    const { host = '', tls, secret = '' } = partsOf(rule);
    if (tls === undefined) continue;
    const hosts = bySecret.get(secret) ?? [];
    bySecret.set(secret, hosts);
    if (host !== '' && !hosts.includes(host)) hosts.push(host);
  }
  return [...bySecret].map(([secretName, hosts]) => ({
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(secretName === '' ? {} : { secretName }),
  }));
}
