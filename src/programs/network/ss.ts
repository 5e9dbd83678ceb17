import type { Listener } from '../../cluster/network/namespace.ts';
import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';

/** ss of iproute2 6.1, of sockets that listen: connections of the simulation last no longer than their exchange. */
export const ss: Program = {
  name: 'ss',
  summary: 'another utility to investigate sockets',
  *run(context) {
    const given = yield* options(context, {
      short: 'ltunpaH46rseimoxw',
      long: {
        listening: 'l',
        tcp: 't',
        udp: 'u',
        numeric: 'n',
        processes: 'p',
        all: 'a',
        'no-header': 'H',
        ipv4: '4',
        ipv6: '6',
        summary: 's',
      },
    });
    if (given === undefined) return 255;
    const { machine } = context;
    const listeners = machine.network.listeners();
    if (given.has('s')) {
      const tcp = listeners.filter((each) => each.protocol === 'TCP').length;
      const udp = listeners.length - tcp;
      yield* context.stdout.write(
        `Total: ${listeners.length}\nTCP:   ${tcp} (estab 0, closed 0, orphaned 0, timewait 0)\n\nTransport Total     IP        IPv6\nRAW\t  0         0         0        \nUDP\t  ${String(udp).padEnd(10)}${String(udp).padEnd(10)}0        \nTCP\t  ${String(tcp).padEnd(10)}${String(tcp).padEnd(10)}0        \nINET\t  ${String(tcp + udp).padEnd(10)}${String(tcp + udp).padEnd(10)}0        \nFRAG\t  0         0         0        \n\n`,
      );
      return 0;
    }
    const both = !given.has('t') && !given.has('u');
    const shown = given.has('l') || given.has('a') ? listeners : [];
    const wanted = shown.filter(
      (each) => !given.has('6') && (both || (each.protocol === 'TCP' ? given.has('t') : given.has('u'))),
    );
    const single = given.has('t') !== given.has('u');
    const root = context.user === 'root';
    const header = ['Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Process'];
    const rows = wanted
      .sort((a, b) => order(a) - order(b))
      .map((each) => [
        each.protocol.toLowerCase(),
        each.protocol === 'TCP' ? 'LISTEN' : 'UNCONN',
        '0',
        each.protocol === 'TCP' ? '511' : '0',
        `${each.address === '::' ? '[::]' : each.address}:${each.port}`,
        `${each.address === '::' ? '[::]' : '0.0.0.0'}:*`,
        given.has('p') && (root || machine.kind === 'container')
          ? `users:(("${each.program}",pid=${pidOf(each)},fd=6))`
          : '',
      ]);
    const cut = (row: readonly string[]) => (single ? row.slice(1) : row);
    const table = [...(given.has('H') ? [] : [header]), ...rows].map(cut);
    const right = single ? 3 : 4;
    const widths = cut(header).map((_, index) => Math.max(0, ...table.map((row) => (row[index] ?? '').length)));
    for (const row of table) {
      const cells = row.map((cell, index) => {
        const width = widths[index] ?? 0;
        // Addresses are aligned at the colon before the port; what stands before is on the right.
        return index === right || index === right + 1 ? cell.padStart(width) : cell.padEnd(width);
      });
      yield* context.stdout.write(`${cells.slice(0, -1).join(' ')}${cells.at(-1) ?? ''}\n`);
    }
    return 0;
  },
};

function order(listener: Listener): number {
  return (listener.protocol === 'UDP' ? 0 : 100_000) + listener.port;
}

/** A stable number for a process that the simulation does not list. */
export function pidOf(listener: Listener): number {
  let sum = 700;
  for (const char of listener.program) sum += char.charCodeAt(0);
  return sum;
}
