/** curl cannot go on with what it was told: what it says, and its exit status. */
export class CurlUsage extends Error {
  readonly status: number;
  /** Whether `curl: try 'curl --help' …` follows. */
  readonly hint: boolean;

  constructor(message: string, status = 2, hint = true) {
    super(message);
    this.name = 'CurlUsage';
    this.status = status;
    this.hint = hint;
  }
}

/**
 * The options that curl 7.88 has. `b` is a switch (`--no-NAME` turns it off), `s` takes a text, `n` a whole number, `d` a number of
 * seconds; a letter after a slash is the short form.
 */
const TABLE = `
abstract-unix-socket s|alpn b|anyauth b|append/a b|basic b|cacert s|capath s|ca-native b|cert/E s|cert-status b|cert-type s|ciphers s|compressed b
compressed-ssh b|config/K s|connect-timeout d|connect-to s|continue-at/C s|cookie/b s|cookie-jar/c s|create-dirs b|create-file-mode s|crlf b|crlfile s
curves s|data/d s|data-ascii s|data-binary s|data-raw s|data-urlencode s|delegation s|digest b|disable/q b|disable-eprt b|disable-epsv b
disallow-username-in-url b|dns-interface s|dns-ipv4-addr s|dns-ipv6-addr s|dns-servers s|doh-cert-status b|doh-insecure b|doh-url s|dump-header/D s
egd-file s|engine s|etag-compare s|etag-save s|expect100-timeout d|fail/f b|fail-early b|fail-with-body b|false-start b|form/F s|form-escape b
form-string s|ftp-account s|ftp-method s|ftp-pasv b|ftp-port/P s|ftp-skip-pasv-ip b|get/G b|globoff/g b|haproxy-protocol b|happy-eyeballs-timeout-ms n
head/I b|header/H s|help/h b|hostpubmd5 s|hsts s|http0.9 b|http1.0/0 b|http1.1 b|http2 b|http2-prior-knowledge b|http3 b|ignore-content-length b
include/i b|insecure/k b|interface s|ipfs-gateway s|ipv4/4 b|ipv6/6 b|json s|junk-session-cookies/j b|keepalive b|keepalive-time n|key s|key-type s
krb s|libcurl s|limit-rate s|list-only/l b|local-port s|location/L b|location-trusted b|login-options s|mail-auth s|mail-from s|mail-rcpt s|manual/M b
max-filesize s|max-redirs n|max-time/m d|metalink b|negotiate b|netrc/n b|netrc-file s|netrc-optional b|next/: b|no-alpn b|no-buffer/N b|noproxy s
ntlm b|oauth2-bearer s|output/o s|output-dir s|parallel/Z b|parallel-immediate b|parallel-max n|pass s|path-as-is b|pinnedpubkey s|post301 b|post302 b
post303 b|preproxy s|progress-bar/# b|progress-meter b|proto s|proto-default s|proto-redir s|proxy/x s|proxy-user/U s|proxy-insecure b|proxytunnel/p b
pubkey s|quote/Q s|random-file s|range/r s|rate s|raw b|referer/e s|remote-header-name/J b|remote-name/O b|remote-name-all b|remote-time/R b
remove-on-error b|request/X s|request-target s|resolve s|retry n|retry-all-errors b|retry-connrefused b|retry-delay n|retry-max-time n|sasl-ir b
sessionid b|show-error/S b|silent/s b|socks4 s|socks5 s|socks5-hostname s|speed-limit/Y n|speed-time/y n|ssl b|ssl-reqd b|sslv2/2 b|sslv3/3 b|stderr s
styled-output b|suppress-connect-headers b|tcp-fastopen b|tcp-nodelay b|telnet-option/t s|tftp-blksize n|time-cond/z s|tls-max s|tls13-ciphers s
tlsv1/1 b|tlsv1.0 b|tlsv1.1 b|tlsv1.2 b|tlsv1.3 b|tr-encoding b|trace s|trace-ascii s|trace-time b|unix-socket s|upload-file/T s|url s|url-query s
use-ascii/B b|user/u s|user-agent/A s|verbose/v b|version/V b|write-out/w s|xattr b
`;

interface Option {
  readonly name: string;
  readonly kind: 'b' | 's' | 'n' | 'd';
}

const LONG = new Map<string, Option>();
const SHORT = new Map<string, Option>();
for (const entry of TABLE.trim().split(/[|\n]/)) {
  const [names = '', kind = 'b'] = entry.split(' ');
  const [name = '', letter] = names.split('/');
  const option: Option = { name, kind: kind as Option['kind'] };
  LONG.set(name, option);
  if (letter !== undefined) SHORT.set(letter, option);
}

/** What curl was told. Options are asked by their long names. */
export interface CurlOptions {
  readonly urls: readonly string[];
  /** Output of each URL in turn: a file, `-`, or `remote` for -O. */
  readonly outputs: readonly ({ readonly file: string } | 'remote')[];
  has(name: string): boolean;
  /** The last value. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  /** All values of several options in the order in which they were given. */
  ordered(...names: string[]): readonly { readonly name: string; readonly value: string }[];
}

/** Reads a command line as curl's tool_getparam.c does. @throws CurlUsage */
export function parseCurl(args: readonly string[]): CurlOptions {
  const given: { name: string; value: string }[] = [];
  const on = new Map<string, boolean>();
  const urls: string[] = [];
  const outputs: ({ file: string } | 'remote')[] = [];
  const take = (option: Option, shown: string, value: string) => {
    if (option.kind === 'n' && !/^-?\d+$/.test(value))
      throw new CurlUsage(`curl: option ${shown}: expected a proper numerical parameter`);
    if (option.kind === 'n' && value.startsWith('-'))
      throw new CurlUsage(`curl: option ${shown}: expected a positive numerical parameter`);
    if (option.kind === 'd' && !/^\d*\.?\d+$|^\d+\.$/.test(value))
      throw new CurlUsage(`curl: option ${shown}: expected a proper numerical parameter`);
    if (option.name === 'url') urls.push(value);
    else if (option.name === 'output') outputs.push({ file: value });
    else given.push({ name: option.name, value });
    on.set(option.name, true);
  };
  const flip = (option: Option, value: boolean) => {
    if (option.name === 'remote-name' && value) outputs.push('remote');
    on.set(option.name, value);
    if (option.name === 'progress-meter') on.set('no-progress-meter', !value);
  };
  let literal = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (literal || !arg.startsWith('-') || arg === '-') {
      urls.push(arg);
      continue;
    }
    if (arg === '--') {
      literal = true;
      continue;
    }
    if (arg.startsWith('--')) {
      const { option, value } = findLong(arg);
      if (option.kind === 'b') flip(option, value);
      else {
        const next = args[++i];
        if (next === undefined) throw new CurlUsage(`curl: option ${arg}: requires parameter`);
        take(option, arg, next);
      }
      continue;
    }
    for (let j = 1; j < arg.length; j++) {
      const option = SHORT.get(arg.charAt(j));
      if (option === undefined) throw new CurlUsage(`curl: option ${arg}: is unknown`);
      if (option.kind === 'b') {
        flip(option, true);
        continue;
      }
      const rest = arg.slice(j + 1);
      const value = rest === '' ? args[++i] : rest;
      if (value === undefined) throw new CurlUsage(`curl: option ${arg}: requires parameter`);
      take(option, rest === '' ? arg : arg, value);
      break;
    }
  }
  return {
    urls,
    outputs,
    has: (name) => on.get(name) === true,
    value: (name) => given.findLast((each) => each.name === name)?.value,
    values: (name) => given.filter((each) => each.name === name).map((each) => each.value),
    ordered: (...names) => given.filter((each) => names.includes(each.name)),
  };
}

/** A long option by its name or the beginning of it. */
function findLong(arg: string): { option: Option; value: boolean } {
  const name = arg.slice(2);
  const exact = LONG.get(name);
  if (exact !== undefined) return { option: exact, value: true };
  const off = name.startsWith('no-') ? LONG.get(name.slice(3)) : undefined;
  if (off?.kind === 'b') return { option: off, value: false };
  const matching = [...LONG.values()].filter((option) => option.name.startsWith(name));
  const [first] = matching;
  if (first === undefined) throw new CurlUsage(`curl: option ${arg}: is unknown`);
  if (matching.length > 1) throw new CurlUsage(`curl: option ${arg}: is ambiguous`);
  return { option: first, value: true };
}
