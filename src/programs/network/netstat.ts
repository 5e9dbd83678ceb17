import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';
import { pidOf } from './ss.ts';

/** netstat of net-tools 2.10 (busybox prints the same table): listening sockets, and routes with -r. */
export const netstat: Program = {
  name: 'netstat',
  summary: 'print network connections and routing tables',
  *run(context) {
    const given = yield* options(context, {
      short: 'tulnparsiW46',
      long: {
        tcp: 't',
        udp: 'u',
        listening: 'l',
        numeric: 'n',
        programs: 'p',
        all: 'a',
        route: 'r',
        wide: 'W',
      },
    });
    if (given === undefined) return 1;
    const { machine } = context;
    if (given.has('r')) {
      yield* context.stdout.write(
        'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n',
      );
      for (const route of machine.world.network.routes(machine.network)) yield* context.stdout.write(routeLine(route));
      return 0;
    }
    const busybox = machine.kind === 'container';
    const both = !given.has('t') && !given.has('u');
    const listening = given.has('l') || given.has('a');
    const programs = given.has('p');
    yield* context.stdout.write(
      `Active Internet connections (${given.has('a') ? 'servers and established' : given.has('l') ? 'only servers' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${programs ? `PID/Program name    ` : ''}\n`.replace(
        / +\n$/,
        (blanks) => (busybox && !programs ? `${blanks.replace('\n', '')}\n` : blanks),
      ),
    );
    const root = context.user === 'root' || busybox;
    const shown = machine.network
      .listeners()
      .filter((each) => both || (each.protocol === 'TCP' ? given.has('t') : given.has('u')))
      .sort((a, b) => (a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? -1 : 1));
    for (const each of listening ? shown : []) {
      const state = each.protocol === 'TCP' ? 'LISTEN' : '';
      const owner = root ? `${busybox ? 1 : pidOf(each)}/${each.program}` : '-';
      yield* context.stdout.write(
        `${each.protocol.toLowerCase().padEnd(5)}      0      0 ${`${each.address}:${each.port}`.padEnd(23)} ${'0.0.0.0:*'.padEnd(23)} ${state.padEnd(11)} ${programs ? owner.padEnd(20) : ''}\n`,
      );
    }
    return 0;
  },
};

/** A line of `ip route` in netstat's columns. */
function routeLine(route: string): string {
  const [target = ''] = route.split(' ');
  const gateway = / via (\S+)/.exec(route)?.[1];
  const device = / dev (\S+)/.exec(route)?.[1] ?? '';
  const [base = '0.0.0.0', bits = '32'] = target === 'default' ? ['0.0.0.0', '0'] : target.split('/');
  const mask = [0, 1, 2, 3].map((part) => {
    const ones = Math.min(8, Math.max(0, Number(bits) - part * 8));
    return 256 - 2 ** (8 - ones);
  });
  return `${base.padEnd(15)} ${(gateway ?? '0.0.0.0').padEnd(15)} ${mask.join('.').padEnd(15)} ${(gateway === undefined ? 'U' : 'UG').padEnd(7)}   0 0          0 ${device}\n`;
}
