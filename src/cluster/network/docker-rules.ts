import type { DockerHost, PublishedPort } from './docker-host.ts';
import { ruleText } from './proxy/iptables-text.ts';
import type { Match, Table, TableChain, TableRule } from './proxy/tables.ts';

const word = (save: string, list = save): Match => ({ save, list });
const NOT_FROM_BRIDGE = word('! -i docker0');
const TO_LOCAL = word('-m addrtype --dst-type LOCAL', 'ADDRTYPE match dst-type LOCAL');

function port(protocol: string, number: number): Match {
  const name = protocol.toLowerCase();
  return word(`-p ${name} -m ${name} --dport ${number}`, `${name} dpt:${number}`);
}

function dnat(published: PublishedPort): TableRule {
  const to = `${published.container.address}:${published.containerPort}`;
  return {
    ...(published.address === '0.0.0.0' ? {} : { destination: `${published.address}/32` }),
    matches: [NOT_FROM_BRIDGE, port(published.protocol, published.hostPort)],
    target: 'DNAT',
    action: word(`--to-destination ${to}`, `to:${to}`),
  };
}

/** The rule that leads from a host's port to a container, as iptables-save prints it. */
export function publishRule(published: PublishedPort): string {
  return `-A DOCKER ${ruleText(dnat(published))}`;
}

/** The tables that dockerd 28 writes on a host with its default bridge. */
export function dockerTables(host: DockerHost): Table[] {
  const ports = host.publishedPorts();
  const jump = (target: string, ...matches: Match[]): TableRule => ({ matches, target });
  const builtin = (name: string, rules: readonly TableRule[] = [], policy = 'ACCEPT'): TableChain => ({
    name,
    policy,
    rules,
  });
  const out = word('-o docker0');
  return [
    {
      name: 'filter',
      chains: [
        builtin('INPUT'),
        builtin('FORWARD', [jump('DOCKER-USER'), jump('DOCKER-FORWARD')], 'DROP'),
        builtin('OUTPUT'),
        {
          name: 'DOCKER',
          rules: [
            ...ports.map((each) => ({
              destination: `${each.container.address}/32`,
              matches: [NOT_FROM_BRIDGE, out, port(each.protocol, each.containerPort)],
              target: 'ACCEPT',
            })),
            jump('DROP', NOT_FROM_BRIDGE, out),
          ],
        },
        { name: 'DOCKER-BRIDGE', rules: [jump('DOCKER', out)] },
        {
          name: 'DOCKER-CT',
          rules: [
            jump('ACCEPT', out, word('-m conntrack --ctstate RELATED,ESTABLISHED', 'ctstate RELATED,ESTABLISHED')),
          ],
        },
        {
          name: 'DOCKER-FORWARD',
          rules: [
            jump('DOCKER-CT'),
            jump('DOCKER-ISOLATION-STAGE-1'),
            jump('DOCKER-BRIDGE'),
            jump('ACCEPT', word('-i docker0')),
          ],
        },
        {
          name: 'DOCKER-ISOLATION-STAGE-1',
          rules: [jump('DOCKER-ISOLATION-STAGE-2', word('-i docker0'), word('! -o docker0'))],
        },
        { name: 'DOCKER-ISOLATION-STAGE-2', rules: [jump('DROP', out)] },
        { name: 'DOCKER-USER', rules: [] },
      ],
    },
    {
      name: 'nat',
      chains: [
        builtin('PREROUTING', [jump('DOCKER', TO_LOCAL)]),
        builtin('INPUT'),
        builtin('OUTPUT', [{ destination: '!127.0.0.0/8', matches: [TO_LOCAL], target: 'DOCKER' }]),
        builtin('POSTROUTING', [{ source: host.bridge.text, matches: [word('! -o docker0')], target: 'MASQUERADE' }]),
        { name: 'DOCKER', rules: ports.map(dnat) },
      ],
    },
  ];
}
