import type { NetworkInterface } from '../../cluster/network/namespace.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |
                   link | macsec | maddress | monitor | mptcp | mroute | mrule |
                   neighbor | neighbour | netconf | netns | nexthop | ntable |
                   ntbl | route | rule | sr | tap | tcpmetrics |
                   token | tunnel | tuntap | vrf | xfrm }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -h[uman-readable] | -iec | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | mpls | bridge | link } |
                    -4 | -6 | -M | -B | -0 |
                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |
                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |
                    -c[olor]}
`;

/** Objects by the shortest word that means them, in the order in which iproute2 looks. */
const OBJECTS: Readonly<Record<string, (context: Context, args: readonly string[], style: Style) => Routine<number>>> =
  {
    address: addresses,
    link: links,
    route: routing,
    neighbour: neighbours,
    neighbor: neighbours,
  };

interface Style {
  readonly brief: boolean;
  readonly oneline: boolean;
  readonly six: boolean;
}

/** ip of iproute2 6.1. */
export const ip: Program = {
  name: 'ip',
  summary: 'show network devices, addresses, routes and neighbours',
  *run(context) {
    const args = context.argv.slice(1);
    let style: Style = { brief: false, oneline: false, six: false };
    while (args[0]?.startsWith('-') === true) {
      const option = (args.shift() ?? '').replace(/^--?/, '');
      if ('brief'.startsWith(option) && option.length > 1) style = { ...style, brief: true };
      else if ('oneline'.startsWith(option)) style = { ...style, oneline: true };
      else if (option === '6') style = { ...style, six: true };
      else if (option === '4' || option === 'c' || 'color'.startsWith(option) || 'details'.startsWith(option)) continue;
      else if ('Version'.startsWith(option)) {
        yield* context.stdout.write('ip utility, iproute2-6.1.0, libbpf 1.1.2\n');
        return 0;
      } else {
        yield* context.stderr.write(`Option "-${option}" is unknown, try "ip -help".\n`);
        return 255;
      }
    }
    const [object, ...rest] = args;
    if (object === undefined || 'help'.startsWith(object)) {
      yield* context.stderr.write(USAGE);
      return object === undefined ? 255 : 255;
    }
    const name = Object.keys(OBJECTS).find((each) => each.startsWith(object));
    const show = name === undefined ? undefined : OBJECTS[name];
    if (show === undefined) {
      yield* context.stderr.write(`Object "${object}" is unknown, try "ip help".\n`);
      return 1;
    }
    const [command] = rest;
    if (command !== undefined && /^(a|ad|add|d|del|delete|c|change|replace|set|f|flush)$/.test(command)) {
      yield* context.stderr.write('RTNETLINK answers: Operation not permitted\n');
      return 2;
    }
    return yield* show(context, rest, style);
  },
};

interface Device {
  readonly index: number;
  readonly name: string;
  /** With the other end of a veth pair: `eth0@if9`. */
  readonly label: string;
  readonly flags: string;
  readonly mtu: number;
  readonly queue: string;
  readonly state: string;
  readonly mac: string;
  readonly kind: 'loopback' | 'ether';
  readonly peer: boolean;
  readonly address?: NetworkInterface;
}

function devices(context: Context): Device[] {
  const { network } = context.machine;
  const docker = network.id.startsWith('docker/');
  const pod = network.place.at === 'pod';
  const mtu = docker || network.place.at === 'laptop' ? 1500 : 1460;
  return [
    {
      index: 1,
      name: 'lo',
      label: 'lo',
      flags: 'LOOPBACK,UP,LOWER_UP',
      mtu: 65536,
      queue: 'noqueue',
      state: 'UNKNOWN',
      mac: '00:00:00:00:00:00',
      kind: 'loopback',
      peer: false,
    },
    ...network.interfaces.map((each, index): Device => {
      const wire = !pod && index === 0;
      return {
        index: index + 2,
        name: each.name,
        label: pod ? `${each.name}@if${index + 7}` : each.name,
        flags: 'BROADCAST,MULTICAST,UP,LOWER_UP',
        mtu,
        queue: wire ? 'mq' : 'noqueue',
        state: 'UP',
        mac: each.mac,
        kind: 'ether',
        peer: pod,
        address: each,
      };
    }),
  ];
}

/** The devices that `show dev NAME`, or a bare name, asks for. Undefined when there is none of that name. */
function chosen(all: readonly Device[], args: readonly string[]): readonly Device[] | string {
  const words = args.filter((each) => !['show', 'list', 'ls', 'lst', 'sh', 's', 'dev', 'up'].includes(each));
  const [name] = words;
  if (name === undefined) return all;
  const found = all.filter((each) => each.name === name);
  return found.length === 0 ? name : found;
}

function* missing(context: Context, name: string): Routine<number> {
  yield* context.stderr.write(`Device "${name}" does not exist.\n`);
  return 1;
}

function broadcast(address: string, bits: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const last = Math.floor(value / size) * size + size - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

function* addresses(context: Context, args: readonly string[], style: Style): Routine<number> {
  const list = chosen(devices(context), args);
  if (typeof list === 'string') return yield* missing(context, list);
  if (style.six) return 0;
  for (const device of list) {
    const { address } = device;
    const text = address === undefined ? '127.0.0.1/8' : `${address.address}/${address.prefixLength}`;
    if (style.brief) {
      yield* context.stdout.write(`${device.label.padEnd(16)} ${device.state.padEnd(14)} ${text} \n`);
      continue;
    }
    const inet =
      address === undefined
        ? 'inet 127.0.0.1/8 scope host lo'
        : `inet ${text} brd ${broadcast(address.address, address.prefixLength)} scope global ${device.name}`;
    if (style.oneline) {
      yield* context.stdout.write(
        `${device.index}: ${device.name}    ${inet}\\       valid_lft forever preferred_lft forever\n`,
      );
      continue;
    }
    yield* context.stdout.write(
      `${head(device)} group default qlen 1000\n${hardware(device)}\n    ${inet}\n       valid_lft forever preferred_lft forever\n`,
    );
  }
  return 0;
}

function head(device: Device): string {
  return `${device.index}: ${device.label}: <${device.flags}> mtu ${device.mtu} qdisc ${device.queue} state ${device.state}`;
}

function hardware(device: Device): string {
  const all = device.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  return `    link/${device.kind} ${device.mac} brd ${all}${device.peer ? ' link-netnsid 0' : ''}`;
}

function* links(context: Context, args: readonly string[], style: Style): Routine<number> {
  const list = chosen(devices(context), args);
  if (typeof list === 'string') return yield* missing(context, list);
  for (const device of list)
    yield* context.stdout.write(
      style.brief
        ? `${device.label.padEnd(16)} ${device.state.padEnd(14)} ${device.mac} <${device.flags}> \n`
        : `${head(device)} mode DEFAULT group default qlen 1000\n${hardware(device)}\n`,
    );
  return 0;
}

function* routing(context: Context, args: readonly string[], style: Style): Routine<number> {
  if (style.six) return 0;
  const { network, world } = context.machine;
  const routes = world.network.routes(network);
  if (args[0] === 'get' || args[0] === 'g') return yield* routeTo(context, args[1], routes);
  for (const line of routes) yield* context.stdout.write(`${line}\n`);
  return 0;
}

/** Which of the routes a packet to an address takes: the longest prefix. */
function* routeTo(context: Context, address: string | undefined, routes: readonly string[]): Routine<number> {
  if (address === undefined || !/^(\d{1,3}\.){3}\d{1,3}$/.test(address)) {
    yield* context.stderr.write(
      address === undefined
        ? 'need at least a destination address\n'
        : `Error: any valid prefix is expected rather than "${address}".\n`,
    );
    return 1;
  }
  const { network } = context.machine;
  const own = network.interfaces.find((each) => each.address === address);
  const uid = context.user === 'root' ? 0 : 1000;
  if (own !== undefined || address.startsWith('127.')) {
    yield* context.stdout.write(`local ${address} dev lo src ${address} uid ${uid} \n    cache <local> \n`);
    return 0;
  }
  let best: { bits: number; line: string } | undefined;
  for (const line of routes) {
    const [target = ''] = line.split(' ');
    const [base = '0.0.0.0', bits = '32'] = target === 'default' ? ['0.0.0.0', '0'] : target.split('/');
    const length = Number(bits);
    const size = 2 ** (32 - length);
    const value = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    if (Math.floor(value(address) / size) !== Math.floor(value(base) / size)) continue;
    if (best === undefined || length > best.bits) best = { bits: length, line };
  }
  if (best === undefined) {
    yield* context.stderr.write('RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  const via = / via (\S+)/.exec(best.line)?.[1];
  const dev = / dev (\S+)/.exec(best.line)?.[1] ?? '';
  const source = network.interfaces.find((each) => each.name === dev)?.address ?? network.address ?? '';
  yield* context.stdout.write(
    `${address}${via === undefined ? '' : ` via ${via}`} dev ${dev} src ${source} uid ${uid} \n    cache \n`,
  );
  return 0;
}

/** The neighbours that a machine talks to all the time: its gateway, and on a node the pods on its bridge. */
function* neighbours(context: Context): Routine<number> {
  const { network, world } = context.machine;
  const gateway = /^default via (\S+) dev (\S+)/.exec(world.network.routes(network)[0] ?? '');
  if (gateway !== null) {
    const [, address = '', dev = ''] = gateway;
    const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
    yield* context.stdout.write(`${address} dev ${dev} lladdr 42:01:${bytes.join(':')} REACHABLE\n`);
  }
  return 0;
}
