import type { AppReply } from '../../cluster/network/namespace.ts';
import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { judgeCertificate, rootsOf } from '../curl/certificate.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';
import { findHost } from './target.ts';

type HttpReply = Extract<AppReply, { kind: 'http' }>;

interface Url {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly text: string;
}

/** What came of one address. */
type Fetched =
  | { readonly ok: true; readonly reply: HttpReply; readonly url: Url }
  | { readonly ok: false; readonly status: number };

const REDIRECTS = 20;

/** wget: GNU's 1.21 on the laptop and the nodes, busybox's in a container. */
export const wget: Program = {
  name: 'wget',
  summary: 'the non-interactive network downloader',
  *run(context) {
    const busybox = context.machine.kind === 'container';
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'qcSO:T:t:P:U:o:Y:n:w:i:4',
        long: {
          quiet: 'q',
          'output-document=': 'O',
          'timeout=': 'T',
          'tries=': 't',
          'user-agent=': 'U',
          'no-check-certificate': 'k',
          'ca-certificate=': 'ca',
          spider: 'spider',
          'server-response': 'S',
          'post-data=': 'post',
          'header=': 'header',
          'no-verbose': 'nv',
          'max-redirect=': 'redirects',
          'directory-prefix=': 'P',
          'progress=': 'progress',
          version: 'V',
          help: 'h',
        },
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(
        busybox
          ? `wget: ${error.message}\n${BUSYBOX_USAGE}`
          : `wget: ${error.message}\nUsage: wget [OPTION]... [URL]...\n\nTry \`wget --help' for more options.\n`,
      );
      return busybox ? 1 : 2;
    }
    if (given.operands.length === 0) {
      yield* context.stderr.write(
        busybox
          ? BUSYBOX_USAGE
          : "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
      );
      return 1;
    }
    let status = 0;
    for (const address of given.operands) {
      const url = parse(address);
      const code = yield* new Download(context, given, busybox).get(url);
      if (code !== 0) status = code;
    }
    return status;
  },
};

const BUSYBOX_USAGE = `BusyBox v1.36.1 (2024-05-18 20:19:27 UTC) multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...

Retrieve files via HTTP or FTP
`;

function parse(text: string): Url {
  const full = /^https?:\/\//.test(text) ? text : `http://${text}`;
  const match = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([^#]*)/.exec(full);
  const scheme = match?.[1] === 'https' ? 'https' : 'http';
  const path = match?.[4] ?? '';
  return {
    scheme,
    host: match?.[2] ?? '',
    port: Number(match?.[3] ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
    text: path === '' ? `${full}/` : full,
  };
}

class Download {
  private readonly context: Context;
  private readonly given: ParsedOptions;
  private readonly busybox: boolean;
  private readonly quiet: boolean;
  private readonly brief: boolean;

  constructor(context: Context, given: ParsedOptions, busybox: boolean) {
    this.context = context;
    this.given = given;
    this.busybox = busybox;
    this.quiet = given.has('q');
    this.brief = given.has('nv') || (given.values.get('n') ?? []).includes('v');
  }

  *get(url: Url): Routine<number> {
    const { given } = this;
    const fetched = yield* this.follow(url);
    if (!fetched.ok) return fetched.status;
    const { reply } = fetched;
    if (given.has('spider')) {
      yield* this.say(this.busybox ? 'remote file exists\n' : 'Remote file exists.\n\n');
      return 0;
    }
    return yield* this.save(fetched.url, reply);
  }

  /** A line that -q keeps back. */
  private *say(text: string): Routine {
    if (!this.quiet) yield* this.context.stderr.write(text);
  }

  /** A line of the progress, which -nv keeps back, too. */
  private *tell(text: string): Routine {
    if (!this.brief) yield* this.say(text);
  }

  private *follow(first: Url): Routine<Fetched> {
    let url = first;
    for (let redirects = 0; ; redirects++) {
      const fetched = yield* this.once(url, redirects > 0);
      if (!fetched.ok) return fetched;
      const { reply } = fetched;
      const location = reply.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
      if (location === undefined || reply.status < 300 || reply.status > 399) return fetched;
      if (redirects >= Number(this.given.value('redirects') ?? REDIRECTS)) {
        yield* this.say(`${REDIRECTS} redirections exceeded.\n`);
        return { ok: false, status: 8 };
      }
      yield* this.tell(this.busybox ? '' : `Location: ${location} [following]\n`);
      url = parse(location.startsWith('/') ? `${url.scheme}://${url.host}:${url.port}${location}` : location);
    }
  }

  private *once(url: Url, again: boolean): Routine<Fetched> {
    const { context, busybox } = this;
    const { network, world } = context.machine;
    if (!busybox) yield* this.tell(`--${this.clock()}--  ${url.text}\n`);
    const literal = /^(\d{1,3}\.){3}\d{1,3}$/.test(url.host);
    if (!busybox && !literal && !again) yield* this.tell(`Resolving ${url.host} (${url.host})... `);
    const found = yield* findHost(context, url.host, url.text);
    const [address] = found.addresses;
    if (address === undefined) {
      if (busybox) yield* context.stderr.write(`wget: bad address '${url.host}'\n`);
      else {
        const why =
          found.outcome === 'no-such-host' ? 'Name or service not known' : 'Temporary failure in name resolution';
        yield* this.tell(`failed: ${why}.\n`);
        yield* context.stderr.write(`wget: unable to resolve host address ‘${url.host}’\n`);
      }
      return { ok: false, status: busybox ? 1 : 4 };
    }
    if (!busybox && !literal && !again) yield* this.tell(`${found.addresses.join(', ')}\n`);
    const named = literal ? '' : ` (${url.host})`;
    yield* this.tell(
      busybox
        ? `Connecting to ${url.host}:${url.port} (${address}:${url.port})\n`
        : `Connecting to ${url.host}${named === '' ? '' : named}|${address}|:${url.port}... `.replace(
            literal ? `|${address}|` : '',
            '',
          ),
    );
    const exchange = world.network.connect(
      network,
      {
        protocol: 'TCP',
        address,
        port: url.port,
        ...(url.scheme === 'https' ? { tls: { serverName: url.host } } : {}),
        request: {
          kind: 'http',
          method: this.given.has('post') ? 'POST' : this.given.has('spider') ? 'HEAD' : 'GET',
          path: url.path,
          version: '1.1',
          headers: this.headers(url),
          body: this.given.value('post') ?? '',
        },
      },
      { program: 'wget', target: url.text, group: found.group },
    );
    const { trace } = exchange;
    const limit = Number(this.given.value('T') ?? (busybox ? 900 : 900)) * 1000;
    yield* sleep(Math.min(trace.duration, limit));
    if (trace.duration > limit || trace.outcome === 'timeout') return yield* this.late();
    if (trace.outcome === 'refused' || trace.outcome === 'unreachable') {
      const why = trace.outcome === 'refused' ? 'Connection refused' : 'No route to host';
      if (busybox) yield* context.stderr.write(`wget: can't connect to remote host (${address}): ${why}\n`);
      else yield* this.tell(`failed: ${why}.\n`);
      return { ok: false, status: busybox ? 1 : 4 };
    }
    if (!busybox) yield* this.tell('connected.\n');
    if (url.scheme === 'https') {
      const failed = yield* this.trust(url, exchange.serverCertificatePem, trace.outcome);
      if (failed !== undefined) return failed;
    }
    const { reply } = exchange;
    if (!busybox) yield* this.tell('HTTP request sent, awaiting response... ');
    if (reply?.kind !== 'http') {
      yield* context.stderr.write(busybox ? 'wget: error getting response\n' : 'No data received.\nGiving up.\n\n');
      return { ok: false, status: busybox ? 1 : 4 };
    }
    return yield* this.answer(url, reply);
  }

  private *late(): Routine<Fetched> {
    if (this.busybox) yield* this.context.stderr.write('wget: download timed out\n');
    else yield* this.tell('failed: Connection timed out.\nGiving up.\n\n');
    return { ok: false, status: this.busybox ? 1 : 4 };
  }

  private *answer(url: Url, reply: HttpReply): Routine<Fetched> {
    const { context, busybox } = this;
    const line = `${reply.status}${reply.reason === undefined ? '' : ` ${reply.reason}`}`;
    const verbose = this.given.has('S');
    const head = [`  HTTP/1.1 ${line}`, ...reply.headers.map(([name, value]) => `  ${name}: ${value}`)].join('\n');
    if (busybox && verbose) yield* context.stderr.write(`${head}\n  \n`);
    if (!busybox) yield* this.tell(verbose ? `\n${head}\n` : `${line}\n`);
    if (reply.status < 400) return { ok: true, reply, url };
    if (busybox) yield* context.stderr.write(`wget: server returned error: HTTP/1.1 ${line}\n`);
    else yield* this.say(`${this.clock()} ERROR ${line.replace(' ', ': ')}.\n\n`);
    return { ok: false, status: busybox ? 1 : 8 };
  }

  /** Undefined when the server's certificate will do. */
  private *trust(url: Url, pem: string | undefined, outcome: string): Routine<Fetched | undefined> {
    const { context, busybox, given } = this;
    if (pem === undefined) {
      yield* context.stderr.write(
        busybox
          ? 'wget: error getting response: Connection reset by peer\n'
          : outcome === 'ok'
            ? ''
            : 'OpenSSL: error:0A00010B:SSL routines::wrong version number\nUnable to establish SSL connection.\n',
      );
      return { ok: false, status: busybox ? 1 : 4 };
    }
    if (busybox) {
      if (!given.has('k')) yield* context.stderr.write('wget: note: TLS certificate validation not implemented\n');
      return undefined;
    }
    if (given.has('k')) return undefined;
    const roots = rootsOf(context, given.value('ca'));
    const { problem } = judgeCertificate(context, pem, url.host, typeof roots === 'string' ? [] : roots);
    if (problem === undefined) return undefined;
    yield* context.stderr.write(
      `ERROR: cannot verify ${url.host}'s certificate:\n  ${problem.message}\nTo connect to ${url.host} insecurely, use \`--no-check-certificate'.\n`,
    );
    return { ok: false, status: 5 };
  }

  private headers(url: Url): (readonly [string, string])[] {
    const port = url.port === (url.scheme === 'https' ? 443 : 80) ? '' : `:${url.port}`;
    const own = (this.given.values.get('header') ?? []).map((each): readonly [string, string] => {
      const at = each.indexOf(':');
      return [each.slice(0, at), each.slice(at + 1).trim()];
    });
    return [
      ['Host', `${url.host}${port}`],
      ['User-Agent', this.given.value('U') ?? (this.busybox ? 'Wget' : 'Wget/1.21.3')],
      ...(this.busybox ? [] : ([['Accept', '*/*']] as const)),
      ['Connection', this.busybox ? 'close' : 'Keep-Alive'],
      ...own,
    ];
  }

  private *save(url: Url, reply: HttpReply): Routine<number> {
    const { context, busybox, given } = this;
    const output = given.value('O');
    const last = url.path.replace(/\?.*$/, '').split('/').pop() ?? '';
    const size = byteLength(reply.body);
    const type = reply.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]?.replace(/;.*$/, '');
    const stdout = output === '-';
    const name = output ?? this.free(last === '' ? 'index.html' : last);
    if (!busybox) {
      yield* this.tell(
        `Length: ${size}${size >= 1024 ? ` (${(size / 1024).toFixed(1)}K)` : ''}${type === undefined ? '' : ` [${type}]`}\nSaving to: ‘${stdout ? 'STDOUT' : name}’\n\n`,
      );
    } else yield* this.say(stdout ? 'writing to stdout\n' : `saving to '${name}'\n`);
    try {
      if (stdout) yield* context.stdout.write(reply.body);
      else {
        const folder = given.value('P');
        const path = context.fs.resolve(context.cwd, folder === undefined ? name : `${folder}/${name}`);
        if (busybox && output === undefined && context.fs.exists(path)) {
          yield* context.stderr.write(`wget: can't open '${name}': File exists\n`);
          return 1;
        }
        context.fs.write(path, reply.body);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield* context.stderr.write(
        busybox
          ? `wget: can't open '${name}': ${error.message}\n`
          : `${name}: ${error.message}\n\nCannot write to ‘${name}’ (Success).\n`,
      );
      return busybox ? 1 : 3;
    }
    if (busybox) {
      const label = (stdout ? '-' : name).padEnd(20).slice(0, 20);
      yield* this.say(
        `${label} 100% |********************************|${String(size).padStart(6)}  0:00:00 ETA\n${stdout ? 'written to stdout' : `'${name}' saved`}\n`,
      );
      return 0;
    }
    if (this.brief) {
      yield* this.say(`${this.clock()} URL:${url.text} [${size}/${size}] -> "${name}" [1]\n`);
      return 0;
    }
    const bar = `     0K ${'.'.repeat(Math.floor(size / 1024))}`.padEnd(64);
    const speed = `${(size / 430).toPrecision(3)} MB/s`;
    yield* this.say(
      `${bar}100% ${speed.replace(' MB/s', 'M')}=0s\n\n${this.clock()} (${speed}) - ${stdout ? 'written to stdout' : `‘${name}’ saved`} [${size}/${size}]\n\n`,
    );
    return 0;
  }

  /** GNU wget leaves files alone that are there: `index.html.1`. */
  private free(name: string): string {
    const { fs, cwd } = this.context;
    if (this.busybox || !fs.exists(fs.resolve(cwd, name))) return name;
    let number = 1;
    while (fs.exists(fs.resolve(cwd, `${name}.${number}`))) number++;
    return `${name}.${number}`;
  }

  private clock(): string {
    return new Date(this.context.machine.world.sim.calendar()).toISOString().slice(0, 19).replace('T', ' ');
  }
}
