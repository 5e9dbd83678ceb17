import type { Query } from '../../cluster/network/network.ts';
import { candidates } from '../../cluster/network/resolver.ts';
import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { type Asking, ask, dnsType, reverseName } from './ask.ts';

/** nslookup of BIND 9.18 (bind9-dnsutils): what nodes and the laptop have. */
export const nslookup: Program = {
  name: 'nslookup',
  summary: 'query Internet name servers interactively',
  *run(context) {
    const words: string[] = [];
    const asking: { -readonly [key in keyof Asking]: Asking[key] } = {
      server: '',
      type: 'A',
      tries: 3,
      timeout: 5000,
    };
    for (const arg of context.argv.slice(1)) {
      if (!arg.startsWith('-')) {
        words.push(arg);
        continue;
      }
      const [option = '', value = ''] = arg.slice(1).split('=');
      if (/^(type|querytype|query|ty|qu)$/.test(option)) {
        const type = dnsType(value);
        if (type === undefined) yield* context.stdout.write(`unknown query type: ${value}\n`);
        else asking.type = type;
      } else if (option === 'timeout') asking.timeout = Number(value) * 1000;
      else if (option === 'retry') asking.tries = Math.max(1, Number(value));
      else if (
        !/^(debug|nodebug|d2|nod2|recurse|norecurse|search|nosearch|vc|novc|port|fail|nofail|class)$/.test(option)
      )
        yield* context.stdout.write(`*** Invalid option: ${option}\n`);
    }
    const [name, server] = words;
    if (name === undefined) return yield* interactive(context, asking);
    return yield* lookup(context, name, server, asking);
  },
};

/** Names from standard input, one a line, as nslookup without arguments reads them. */
function* interactive(context: Context, asking: Asking): Routine<number> {
  let status = 0;
  let server: string | undefined;
  for (;;) {
    yield* context.stdout.write('> ');
    const line = yield* context.stdin.readLine();
    if (line === null) {
      yield* context.stdout.write('\n');
      return status;
    }
    const [first = '', second] = line.trim().split(/\s+/);
    if (first === 'exit') return status;
    if (first === '') continue;
    if (first === 'server' || first === 'lserver') {
      server = second;
      yield* context.stdout.write(`Default server: ${second}\nAddress: ${second}#53\n`);
    } else status = yield* lookup(context, first, second ?? server, asking);
  }
}

function* lookup(context: Context, name: string, given: string | undefined, asking: Asking): Routine<number> {
  const { network } = context.machine;
  const server = given === undefined ? network.resolver.nameservers[0] : yield* serverAddress(context, given);
  if (server === undefined) {
    if (given === undefined) yield* context.stdout.write(';; connection timed out; no servers could be reached\n\n');
    else yield* context.stderr.write(`nslookup: couldn't get address for '${given}': not found\n`);
    return 1;
  }
  const reversed = reverseName(name);
  const { search, ndots } = network.resolver;
  const names = reversed === undefined ? candidates(name, search, ndots) : [reversed];
  const question: Asking = { ...asking, server, type: reversed === undefined ? asking.type : 'PTR' };
  const head = reversed === undefined ? `Server:\t\t${server}\nAddress:\t${server}#53\n\n` : '';
  let empty = false;
  for (const [index, each] of names.entries()) {
    const { query } = yield* ask(context, each, question, (why) =>
      context.stdout.write(`;; communications error to ${server}#53: ${why}\n`),
    );
    if (query === undefined) {
      yield* context.stdout.write(';; no servers could be reached\n\n');
      return 1;
    }
    // A name that is there without such a record is what counts, once nothing else is found.
    if (query.rcode === 'NOERROR' && query.answers.length === 0) empty = true;
    if (query.rcode === 'NXDOMAIN' && index < names.length - 1) continue;
    if (query.rcode === 'NOERROR' && query.answers.length === 0 && index < names.length - 1) continue;
    if (query.rcode === 'SERVFAIL') yield* context.stdout.write(`;; Got SERVFAIL reply from ${server}\n`);
    yield* context.stdout.write(head);
    if (query.rcode !== 'NOERROR' && !empty) {
      yield* context.stdout.write(`** server can't find ${each}: ${query.rcode}\n\n`);
      return 1;
    }
    yield* context.stdout.write(`${answerText(query) || `*** Can't find ${name}: No answer\n`}\n`);
    return 0;
  }
  return 1;
}

function answerText(query: Query): string {
  return query.answers
    .map((record) => {
      const owner = record.name.replace(/\.$/, '');
      switch (record.type) {
        case 'A':
        case 'AAAA':
          return `Name:\t${owner}\nAddress: ${record.value}\n`;
        case 'CNAME':
          return `${owner}\tcanonical name = ${record.value}\n`;
        case 'PTR':
          return `${owner}\tname = ${record.value}\n`;
        case 'SRV':
          return `${owner}\tservice = ${record.value}\n`;
        case 'TXT':
          return `${owner}\ttext = "${record.value}"\n`;
        case 'NS':
          return `${owner}\tnameserver = ${record.value}\n`;
        default:
          return `${owner}\t${record.type.toLowerCase()} = ${record.value}\n`;
      }
    })
    .join('');
}

/** The address of a server that was given by name. */
export function* serverAddress(context: Context, server: string): Routine<string | undefined> {
  const { network, world } = context.machine;
  const found = world.network.lookup(network, server, { program: 'nslookup', target: server });
  if (found.duration > 0) yield* sleep(found.duration);
  return found.addresses[0];
}

/** nslookup of today's busybox. */
export const busyboxNslookup: Program = {
  name: 'nslookup',
  summary: 'query DNS about a host',
  *run(context) {
    const words: string[] = [];
    let type: Asking['type'] | undefined;
    for (const arg of context.argv.slice(1)) {
      const match = /^-(?:type|querytype|query|q)=(.*)$/.exec(arg);
      if (match !== null) {
        type = dnsType(match[1] ?? '');
        if (type === undefined) {
          yield* context.stderr.write(`nslookup: invalid query type "${match[1]}"\n`);
          return 1;
        }
      } else if (arg.startsWith('-') && arg !== '-debug') {
        yield* context.stderr.write(BUSYBOX_USAGE);
        return 1;
      } else if (arg !== '-debug') words.push(arg);
    }
    const [name, given] = words;
    if (name === undefined) {
      yield* context.stderr.write(BUSYBOX_USAGE);
      return 1;
    }
    const { network } = context.machine;
    const server = given === undefined ? network.resolver.nameservers[0] : yield* serverAddress(context, given);
    if (server === undefined) {
      yield* context.stderr.write(`nslookup: bad address '${given ?? ''}'\n`);
      return 1;
    }
    const reversed = type === undefined || type === 'PTR' ? reverseName(name) : undefined;
    const { search } = network.resolver;
    // Its own rule: a name with a dot is complete, any other goes through the whole search list, and all of it is asked.
    const names =
      reversed !== undefined
        ? [reversed]
        : name.includes('.') || search.length === 0
          ? [name]
          : type !== undefined && type !== 'A' && type !== 'AAAA'
            ? [name]
            : search.map((suffix) => `${name}.${suffix}`);
    const question: Asking = { server, type: reversed === undefined ? (type ?? 'A') : 'PTR', tries: 2, timeout: 2500 };
    const results: { name: string; query: Query }[] = [];
    for (const each of names) {
      const { query, failures } = yield* ask(context, each, question, function* () {});
      if (query === undefined) {
        if (failures.includes('connection refused'))
          yield* context.stderr.write(`nslookup: write to '${server}': Connection refused\n`);
        yield* context.stdout.write(';; connection timed out; no servers could be reached\n\n');
        return 1;
      }
      results.push({ name: each, query });
    }
    yield* context.stdout.write(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
    const passes = type === undefined && reversed === undefined ? ['A', 'AAAA'] : [question.type];
    let bad = false;
    for (const pass of passes) {
      for (const { name: asked, query } of results) {
        if (query.rcode !== 'NOERROR') {
          bad = true;
          yield* context.stdout.write(`** server can't find ${asked}: ${query.rcode}\n\n`);
        } else if (pass !== 'AAAA') {
          const text = answerText(query).replace(/\.\n/g, '\n');
          yield* context.stdout.write(text === '' ? `*** Can't find ${name}: No answer\n\n` : `${text}\n`);
        } else {
          const aliases = query.answers.filter((record) => record.type === 'CNAME');
          yield* context.stdout.write(`${answerText({ ...query, answers: aliases }).replace(/\.\n/g, '\n')}\n`);
        }
      }
    }
    return bad ? 1 : 0;
  },
};

const BUSYBOX_USAGE = `BusyBox v1.36.1 (2024-05-20 22:40:19 UTC) multi-call binary.

Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any
`;

/** nslookup of the old busybox in radial/busyboxplus: it asks libc, and names every address it prints. */
export const oldBusyboxNslookup: Program = {
  name: 'nslookup',
  summary: 'query the nameserver for the IP address of the given HOST',
  *run(context) {
    const [name, given] = context.argv.slice(1);
    const { network, world } = context.machine;
    if (name === undefined || name.startsWith('-')) {
      yield* context.stderr.write(
        'BusyBox v1.22.1 (2014-09-13 22:15:30 PDT) multi-call binary.\n\nUsage: nslookup [HOST] [SERVER]\n\nQuery the nameserver for the IP address of the given HOST\noptionally using a specified DNS server\n',
      );
      return 1;
    }
    const asked = { program: 'nslookup', target: name, argv: context.argv };
    const server = given === undefined ? network.resolver.nameservers[0] : yield* serverAddress(context, given);
    if (server === undefined) {
      yield* context.stderr.write(`nslookup: can't resolve '${given ?? ''}'\n`);
      return 1;
    }
    const first = world.network.lookup(network, `${reverseName(server) ?? server}.`, {
      ...asked,
      target: server,
      type: 'PTR',
      server,
    });
    yield* sleep(first.duration);
    const named = (address: string, owner: string | undefined) =>
      `${address}${owner === undefined ? '' : ` ${owner.replace(/\.$/, '')}`}\n`;
    yield* context.stdout.write(`Server:    ${server}\nAddress 1: ${named(server, first.addresses[0])}\n`);
    const found = world.network.lookup(network, name, {
      ...asked,
      group: first.group,
      ...(given === undefined ? {} : { server }),
    });
    yield* sleep(found.duration);
    if (found.addresses.length === 0) {
      yield* context.stderr.write(`nslookup: can't resolve '${name}'\n`);
      return 1;
    }
    yield* context.stdout.write(`Name:      ${name}\n`);
    for (const [index, address] of found.addresses.entries()) {
      const back = world.network.lookup(network, `${reverseName(address) ?? address}.`, {
        ...asked,
        target: address,
        type: 'PTR',
        server,
        group: first.group,
      });
      yield* sleep(back.duration);
      yield* context.stdout.write(`Address ${index + 1}: ${named(address, back.addresses[0])}`);
    }
    return 0;
  },
};
