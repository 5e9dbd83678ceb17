import { candidates } from '../../cluster/network/resolver.ts';
import type { Program } from '../../machines/process.ts';
import { OptionError, parseOptions } from '../options.ts';
import { type Asking, ask, dnsType, reverseName } from './ask.ts';
import { serverAddress } from './nslookup.ts';

const USAGE = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -a is equivalent to -v -t ANY
       -A is like -a but omits RRSIG, NSEC, NSEC3
       -c specifies query class for non-IN data
       -C compares SOA records on authoritative nameservers
       -d is equivalent to -v
       -l lists all hosts in a domain, using AXFR
       -m set memory debugging flag (trace|record|usage)
       -N changes the number of dots allowed before root lookup is done
       -p specifies the port on the server to query
       -r disables recursive processing
       -R specifies number of retries for UDP packets
       -s a SERVFAIL response should stop query
       -t specifies the query type
       -T enables TCP/IP mode
       -U enables UDP mode
       -v enables verbose output
       -V print version number and exit
       -w specifies to wait forever for a reply
       -W specifies how long to wait for a reply
       -4 use IPv4 query transport only
       -6 use IPv6 query transport only
`;

const NUMBERS: Readonly<Record<string, number>> = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** host of BIND 9.18. */
export const host: Program = {
  name: 'host',
  summary: 'DNS lookup utility',
  *run(context) {
    let given: ReturnType<typeof parseOptions>;
    try {
      given = parseOptions(context.argv.slice(1), { short: 'aACdilrsTUvVw46c:N:t:W:R:m:p:' });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`host: illegal option -- ${error.message.slice(-2, -1)}\n${USAGE}`);
      return 1;
    }
    const [name, via] = given.operands;
    if (name === undefined) {
      yield* context.stderr.write(USAGE);
      return 1;
    }
    const { network } = context.machine;
    const server = via === undefined ? network.resolver.nameservers[0] : yield* serverAddress(context, via);
    const named = dnsType(given.value('t') ?? 'A');
    if (named === undefined) {
      yield* context.stderr.write(`host: invalid type: ${given.value('t')}\n`);
      return 2;
    }
    if (server === undefined) {
      yield* context.stderr.write(`host: couldn't get address for '${via ?? ''}': not found\n`);
      return 1;
    }
    const reversed = reverseName(name);
    const asking: Asking = {
      server,
      type: reversed === undefined ? named : 'PTR',
      tries: Number(given.value('R') ?? 1) + 1,
      timeout: Number(given.value('W') ?? 5) * 1000,
    };
    const { search, ndots } = network.resolver;
    const names = reversed === undefined ? candidates(name, search, ndots) : [reversed];
    const head = via === undefined ? '' : `Using domain server:\nName: ${via}\nAddress: ${server}#53\nAliases: \n\n`;
    for (const [index, each] of names.entries()) {
      const { query } = yield* ask(context, each, asking, (why) =>
        context.stdout.write(`;; communications error to ${server}#53: ${why}\n`),
      );
      if (query === undefined) {
        yield* context.stdout.write(';; no servers could be reached\n');
        return 1;
      }
      if (query.rcode === 'NXDOMAIN' && index < names.length - 1) continue;
      yield* context.stdout.write(head);
      if (query.rcode !== 'NOERROR') {
        const shown = reversed === undefined ? (query.rcode === 'NXDOMAIN' ? name : each) : `${each}.`;
        yield* context.stdout.write(`Host ${shown} not found: ${NUMBERS[query.rcode ?? ''] ?? 2}(${query.rcode})\n`);
        return 1;
      }
      if (query.answers.length === 0) yield* context.stdout.write(`${each} has no ${asking.type} record\n`);
      for (const record of query.answers) {
        const owner = record.name.replace(/\.$/, '');
        const words =
          record.type === 'A'
            ? 'has address'
            : record.type === 'AAAA'
              ? 'has IPv6 address'
              : record.type === 'CNAME'
                ? 'is an alias for'
                : record.type === 'PTR'
                  ? 'domain name pointer'
                  : `has ${record.type} record`;
        yield* context.stdout.write(`${owner} ${words} ${record.value}\n`);
      }
      return 0;
    }
    return 1;
  },
};
