import type { Program } from '../../machines/process.ts';
import { sleep } from '../../sim/routine.ts';

/** nslookup as bind9-dnsutils prints it; in a container as the old busybox of the tutorial does. */
export const nslookup: Program = {
  name: 'nslookup',
  summary: 'query Internet name servers interactively',
  *run(context) {
    const [name, server] = context.argv.slice(1).filter((each) => !each.startsWith('-'));
    const { machine } = context;
    const { network } = machine.world;
    if (name === undefined) {
      yield* context.stderr.write('Usage: nslookup [HOST] [SERVER]\n');
      return 1;
    }
    const found = network.lookup(machine.network, name, {
      program: 'nslookup',
      target: name,
      ...(server === undefined ? {} : { server }),
    });
    yield* sleep(Math.min(found.duration, 20_000));
    const asked = found.server ?? server ?? machine.network.resolver.nameservers[0] ?? '';
    const reverse = (ip: string) => {
      const looked = network.lookup(machine.network, `${ip.split('.').reverse().join('.')}.in-addr.arpa.`, {
        program: 'nslookup',
        target: ip,
        type: 'PTR',
        group: found.group,
      });
      return looked.addresses[0]?.replace(/\.$/, '') ?? '';
    };
    if (machine.kind === 'container') {
      const serverName = reverse(asked);
      yield* context.stdout.write(
        `Server:    ${asked}\nAddress 1: ${asked}${serverName === '' ? '' : ` ${serverName}`}\n\n`,
      );
      if (found.addresses.length === 0) {
        yield* context.stderr.write(`nslookup: can't resolve '${name}'${found.outcome === 'dns-timeout' ? '' : ''}\n`);
        return 1;
      }
      yield* context.stdout.write(`Name:      ${name}\n`);
      for (const [index, address] of found.addresses.entries()) {
        const own = reverse(address);
        yield* context.stdout.write(`Address ${index + 1}: ${address}${own === '' ? '' : ` ${own}`}\n`);
      }
      return 0;
    }
    if (found.outcome === 'dns-timeout') {
      yield* context.stdout.write(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    yield* context.stdout.write(`Server:\t\t${asked}\nAddress:\t${asked}#53\n\n`);
    if (found.addresses.length === 0) {
      yield* context.stdout.write(`** server can't find ${name}: NXDOMAIN\n\n`);
      return 1;
    }
    for (const address of found.addresses)
      yield* context.stdout.write(`Name:\t${found.canonicalName ?? name}\nAddress: ${address}\n`);
    yield* context.stdout.write('\n');
    return 0;
  },
};
