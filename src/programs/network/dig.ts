import type { DnsRecord } from '../../cluster/network/namespace.ts';
import type { Query } from '../../cluster/network/network.ts';
import { candidates } from '../../cluster/network/resolver.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { type Asking, ask, dnsType, reverseName } from './ask.ts';
import { serverAddress } from './nslookup.ts';

const VERSION = '9.18.33-1~deb12u2-Debian';

/** What +options switch. */
interface Show {
  short: boolean;
  comments: boolean;
  command: boolean;
  question: boolean;
  answer: boolean;
  authority: boolean;
  stats: boolean;
  search: boolean;
  edns: boolean;
  cookie: boolean;
  recurse: boolean;
  tcp: boolean;
  identify: boolean;
  ttl: boolean;
  units: boolean;
}

/** dig of BIND 9.18. */
export const dig: Program = {
  name: 'dig',
  summary: 'DNS lookup utility',
  *run(context) {
    const args = context.argv.slice(1);
    const show: Show = {
      short: false,
      comments: true,
      command: true,
      question: true,
      answer: true,
      authority: true,
      stats: true,
      search: false,
      edns: true,
      cookie: true,
      recurse: true,
      tcp: false,
      identify: false,
      ttl: true,
      units: false,
    };
    const asking: { -readonly [key in keyof Asking]: Asking[key] } = { server: '', type: 'A', tries: 3, timeout: 5000 };
    let server: string | undefined;
    const names: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? '';
      if (arg.startsWith('@')) server = arg.slice(1);
      else if (arg.startsWith('+')) {
        if (option(arg.slice(1), show, asking)) continue;
        yield* context.stderr.write(`Invalid option: ${arg}\n${USAGE}`);
        return 1;
      } else if (arg === '-x') {
        const address = args[++i] ?? '';
        names.push(reverseName(address) ?? address);
        asking.type = 'PTR';
      } else if (arg === '-t') asking.type = dnsType(args[++i] ?? '') ?? 'A';
      else if (arg === '-q') names.push(args[++i] ?? '');
      else if (arg === '-v') {
        yield* context.stderr.write(`DiG ${VERSION}\n`);
        return 0;
      } else if (arg === '-h') {
        yield* context.stdout.write(USAGE);
        return 0;
      } else if (/^-[46]$/.test(arg) || /^(IN|CH)$/i.test(arg)) continue;
      else if (arg === '-p' || arg === '-b' || arg === '-c') i++;
      else if (arg.startsWith('-')) {
        yield* context.stderr.write(`Invalid option: ${arg}\n${USAGE}`);
        return 1;
      } else if (dnsType(arg) !== undefined && (names.length > 0 || args.some((each, at) => at !== i && plain(each))))
        asking.type = dnsType(arg) ?? 'A';
      else names.push(arg);
    }
    const { resolver } = context.machine.network;
    const found = server === undefined ? resolver.nameservers[0] : yield* serverAddress(context, server);
    if (found === undefined) {
      if (server === undefined) yield* context.stdout.write(';; no servers could be reached\n');
      else yield* context.stderr.write(`dig: couldn't get address for '${server}': not found\n`);
      return server === undefined ? 9 : 1;
    }
    asking.server = found;
    const banner = show.command && !show.short ? bannerOf(args, server !== undefined) : '';
    let status = 0;
    for (const [index, name] of (names.length === 0 ? ['.'] : names).entries())
      status = Math.max(status, yield* one(context, name, asking, show, index === 0 ? banner : ''));
    return status;
  },
};

function plain(text: string): boolean {
  return !/^[@+-]/.test(text) && dnsType(text) === undefined;
}

function bannerOf(args: readonly string[], given: boolean): string {
  return `\n; <<>> DiG ${VERSION} <<>> ${args.join(' ')}\n${given ? '; (1 server found)\n' : ''};; global options: +cmd\n`;
}

function option(text: string, show: Show, asking: { tries: number; timeout: number }): boolean {
  const off = text.startsWith('no');
  const name = off ? text.slice(2) : text;
  const [key = '', value = ''] = name.split('=');
  const on = !off;
  switch (key) {
    case 'short':
      show.short = on;
      return true;
    case 'search':
      show.search = on;
      return true;
    case 'all':
      show.comments = show.command = show.question = show.answer = show.authority = show.stats = on;
      return true;
    case 'comments':
      show.comments = on;
      return true;
    case 'cmd':
      show.command = on;
      return true;
    case 'question':
      show.question = on;
      return true;
    case 'answer':
      show.answer = on;
      return true;
    case 'authority':
      show.authority = on;
      return true;
    case 'stats':
      show.stats = on;
      return true;
    case 'edns':
    case 'cookie':
    case 'recurse':
    case 'tcp':
    case 'identify':
      show[key] = on;
      return true;
    case 'vc':
      show.tcp = on;
      return true;
    case 'ttlid':
      show.ttl = on;
      return true;
    case 'ttlunits':
      show.units = on;
      return true;
    case 'time':
    case 'timeout':
      asking.timeout = Number(value) * 1000;
      return true;
    case 'tries':
      asking.tries = Math.max(1, Number(value));
      return true;
    case 'retry':
      asking.tries = Number(value) + 1;
      return true;
    default:
      return /^(dnssec|additional|multiline|trace|adflag|cdflag|qr|class|cl|bufsize|ndots|nssearch|showsearch|ignore|fail|besteffort|crypto|yaml|rrcomments|split|unknownformat|keepopen|domain|subnet|expire|nsid|sit|aaflag|aaonly|zflag|dns64prefix|mapped|badcookie|tls|https)$/.test(
        key,
      );
  }
}

function* one(context: Context, name: string, asking: Asking, show: Show, banner: string): Routine<number> {
  const { search, ndots } = context.machine.network.resolver;
  const names = show.search ? candidates(name, search, ndots) : [name];
  for (const [index, each] of names.entries()) {
    const { query } = yield* ask(context, each, asking, (why) =>
      context.stdout.write(`;; communications error to ${asking.server}#53: ${why}\n`),
    );
    if (query === undefined) {
      yield* context.stdout.write(`${banner};; no servers could be reached\n`);
      return 9;
    }
    if (query.rcode !== 'NOERROR' && index < names.length - 1) continue;
    if (show.short) {
      const from = show.identify ? ` from server ${query.server} in ${Math.round(query.duration)} ms.` : '';
      yield* context.stdout.write(query.answers.map((record) => `${record.value}${from}\n`).join(''));
    } else yield* context.stdout.write(banner + report(context, query, show));
    return 0;
  }
  return 0;
}

function report(context: Context, query: Query, show: Show): string {
  const { sim } = context.machine.world;
  const own = query.name.endsWith('cluster.local') || query.name.endsWith('in-addr.arpa');
  const lacking = query.answers.length === 0 && own;
  let out = '';
  if (show.comments) {
    out += ';; Got answer:\n';
    if (/(^|\.)local\.?$/.test(query.name))
      out +=
        ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n';
    out += `;; ->>HEADER<<- opcode: QUERY, status: ${query.rcode}, id: ${sim.random.stream(`dig/${query.trace.id}`).below(65_536)}\n`;
    out += `;; flags: qr${own ? ' aa' : ''}${show.recurse ? ' rd' : ''}${own ? '' : ' ra'}; QUERY: 1, ANSWER: ${query.answers.length}, AUTHORITY: ${lacking ? 1 : 0}, ADDITIONAL: ${show.edns ? 1 : 0}\n`;
    if (own && show.recurse) out += ';; WARNING: recursion requested but not available\n';
    out += '\n';
    if (show.edns) out += ';; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n';
    // CoreDNS sends the option back as it came.
    if (show.edns && show.cookie && own) {
      const random = sim.random.stream(`dig/cookie/${query.trace.id}`);
      const half = () => random.below(0x1_0000_0000).toString(16).padStart(8, '0');
      out += `; COOKIE: ${half()}${half()} (echoed)\n`;
    }
  }
  if (show.question)
    out += `${show.comments ? ';; QUESTION SECTION:\n' : ''};${row({ name: `${query.name}.`, type: query.type, ttl: -1, value: '' }, show)}\n${show.comments ? '\n' : ''}`;
  if (show.answer && query.answers.length > 0)
    out += `${show.comments ? ';; ANSWER SECTION:\n' : ''}${query.answers.map((record) => `${row(record, show)}\n`).join('')}${show.comments ? '\n' : ''}`;
  if (show.authority && lacking) {
    const zone = query.name.endsWith('in-addr.arpa') ? 'in-addr.arpa.' : 'cluster.local.';
    const serial = Math.floor(sim.epoch / 1000);
    out += `${show.comments ? ';; AUTHORITY SECTION:\n' : ''}${row({ name: zone, type: 'SOA', ttl: 30, value: `ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 30` }, show)}\n${show.comments ? '\n' : ''}`;
  }
  if (show.stats) {
    const when = new Date(sim.calendar()).toUTCString().replace(',', '').split(' ');
    const [day = '', date = '', month = '', year = '', time = ''] = when;
    out += `;; Query time: ${Math.round(query.duration)} msec\n;; SERVER: ${query.server}#53(${query.server}) (${show.tcp ? 'TCP' : 'UDP'})\n;; WHEN: ${day} ${month} ${date} ${time} UTC ${year}\n;; MSG SIZE  rcvd: ${sizeOf(query, lacking, show, own)}\n\n`;
  }
  return out;
}

/** One record as dig lines it up: name to column 24, TTL to 32, class, type; a question has no TTL. */
function row(record: DnsRecord, { ttl, units }: Show): string {
  if (record.ttl >= 0 && !ttl) return `${record.name} IN ${record.type} ${record.value}`;
  let line = tabTo(record.name, record.ttl < 0 ? 32 : 24);
  if (record.ttl >= 0) line = tabTo(`${line}${record.ttl}${units ? 's' : ''}`, 32);
  line = tabTo(`${line}IN`, 40);
  line += record.type;
  if (record.value !== '') line = `${tabTo(line, 48)}${record.value}`;
  return line;
}

/** Tabs until a column is reached; one blank where the text is already beyond it. */
function tabTo(text: string, column: number): string {
  let width = 0;
  for (const char of text) width = char === '\t' ? (Math.floor(width / 8) + 1) * 8 : width + 1;
  if (width >= column) return `${text} `;
  return text + '\t'.repeat(Math.ceil((column - width) / 8));
}

/** Bytes of the answer: header, question, records, EDNS with its cookie. CoreDNS does not compress names. */
function sizeOf(query: Query, soa: boolean, show: Show, own: boolean): number {
  const bytes = (name: string) => name.replace(/\.$/, '').length + 2;
  let size = 12 + bytes(query.name) + 4;
  if (show.edns) size += show.cookie && own ? 23 : 11;
  for (const { name, type, value } of query.answers) {
    const words = value.split(' ');
    const data = type === 'A' ? 4 : type === 'AAAA' ? 16 : (type === 'SRV' ? 6 : 0) + bytes(words.at(-1) ?? '');
    size += bytes(name) + 10 + data;
  }
  if (!soa) return size;
  const zone = query.name.endsWith('in-addr.arpa') ? 'in-addr.arpa' : 'cluster.local';
  return size + bytes(zone) + 10 + bytes(`ns.dns.${zone}`) + bytes(`hostmaster.${zone}`) + 20;
}

const USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options
`;
