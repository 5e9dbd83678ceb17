import { ConfigError, type Directive } from './directive.ts';

/** Where a directive may stand. */
export type Place = 'main' | 'events' | 'http' | 'server' | 'location' | 'if' | 'upstream' | 'types' | 'map';

interface Rule {
  readonly places: readonly Place[];
  /** Fewest and most arguments. */
  readonly args: readonly [number, number];
  /** `on` or `off` only. */
  readonly flag?: boolean;
  /** May stand only once in a block. */
  readonly once?: boolean;
  readonly block?: boolean;
}

const MANY = 1000;
const HSL: readonly Place[] = ['http', 'server', 'location'];
const HSLI: readonly Place[] = [...HSL, 'if'];
const HS: readonly Place[] = ['http', 'server'];

const one = (places: readonly Place[], most = 1): Rule => ({ places, args: [1, most], once: true });
const some = (places: readonly Place[], least = 1, most = MANY): Rule => ({ places, args: [least, most] });
const flag = (places: readonly Place[]): Rule => ({ places, args: [1, 1], flag: true, once: true });
const block = (places: readonly Place[], least = 0, most = 0): Rule => ({ places, args: [least, most], block: true });

/** The directives that are known, by name. */
const RULES: Readonly<Record<string, Rule>> = {
  user: one(['main'], 2),
  worker_processes: one(['main']),
  worker_rlimit_nofile: one(['main']),
  pid: one(['main']),
  daemon: flag(['main']),
  master_process: flag(['main']),
  env: some(['main'], 1, 1),
  load_module: some(['main'], 1, 1),
  error_log: some(['main', ...HSL], 1, MANY),
  events: block(['main']),
  worker_connections: one(['events']),
  multi_accept: flag(['events']),
  use: one(['events']),
  http: block(['main']),
  server: block(['http']),
  location: block(['server', 'location'], 1, 2),
  upstream: block(['http'], 1, 1),
  types: block(HSL),
  map: block(['http'], 2, 2),
  if: block(['server', 'location'], 1, MANY),
  limit_except: block(['location'], 1, MANY),
  listen: some(['server']),
  server_name: some(['server']),
  root: one(HSLI),
  alias: one(['location']),
  index: some(HSL),
  try_files: { places: ['server', 'location'], args: [2, MANY], once: true },
  return: some(['server', 'location', 'if'], 1, 2),
  rewrite: some(['server', 'location', 'if'], 2, 3),
  set: some(['server', 'location', 'if'], 2, 2),
  break: some(['server', 'location', 'if'], 0, 0),
  internal: { places: ['location'], args: [0, 0], once: true },
  autoindex: flag(HSL),
  autoindex_exact_size: flag(HSL),
  autoindex_localtime: flag(HSL),
  error_page: some(HSLI, 2, MANY),
  recursive_error_pages: flag(HSL),
  allow: some([...HSL, 'location'], 1, 1),
  deny: some(HSL, 1, 1),
  add_header: some(HSLI, 2, 3),
  expires: one(HSLI, 2),
  default_type: one(HSL),
  charset: one(HSLI),
  log_format: some(['http'], 2, MANY),
  access_log: some(HSLI, 1, MANY),
  log_not_found: flag(HSL),
  server_tokens: one(HSL),
  stub_status: some(['server', 'location'], 0, 1),
  empty_gif: some(['location'], 0, 0),
  proxy_pass: { places: ['location', 'if'], args: [1, 1], once: true },
  proxy_set_header: some(HSL, 2, 2),
  proxy_hide_header: some(HSL, 1, 1),
  proxy_http_version: one(HSL),
  proxy_connect_timeout: one(HSL),
  proxy_read_timeout: one(HSL),
  proxy_send_timeout: one(HSL),
  proxy_buffering: flag(HSL),
  proxy_redirect: some(HSL, 1, 2),
  proxy_next_upstream: some(HSL),
  proxy_ssl_verify: flag(HSL),
  proxy_ssl_server_name: flag(HSL),
  proxy_intercept_errors: flag(HSL),
  resolver: some(HSL),
  client_max_body_size: one(HSL),
  client_body_timeout: one(HSL),
  client_header_timeout: one(HS),
  send_timeout: one(HSL),
  keepalive_timeout: one(HSL, 2),
  keepalive_requests: one(HSL),
  sendfile: flag(HSLI),
  tcp_nopush: flag(HSL),
  tcp_nodelay: flag(HSL),
  gzip: flag(HSLI),
  gzip_types: some(HSL),
  gzip_vary: flag(HSL),
  gzip_min_length: one(HSL),
  gzip_proxied: some(HSL),
  gzip_comp_level: one(HSL),
  gzip_disable: some(HSL),
  types_hash_max_size: one(HSL),
  types_hash_bucket_size: one(HSL),
  server_names_hash_bucket_size: one(['http']),
  server_names_hash_max_size: one(['http']),
  absolute_redirect: flag(HSL),
  port_in_redirect: flag(HSL),
  server_name_in_redirect: flag(HSL),
  merge_slashes: flag(HS),
  ssl: flag(HS),
  ssl_certificate: some(HS, 1, 1),
  ssl_certificate_key: some(HS, 1, 1),
  ssl_protocols: some(HS),
  ssl_ciphers: one(HS),
  ssl_prefer_server_ciphers: flag(HS),
  ssl_session_cache: one(HS, 2),
  ssl_session_timeout: one(HS),
  ssl_session_tickets: flag(HS),
  ssl_dhparam: one(HS),
  ssl_ecdh_curve: one(HS),
  http2: flag(HS),
  satisfy: one(HSL),
  auth_basic: one(HSL),
  auth_basic_user_file: one(HSL),
  least_conn: some(['upstream'], 0, 0),
  ip_hash: some(['upstream'], 0, 0),
  keepalive: some(['upstream'], 1, 1),
  zone: some(['upstream'], 1, 2),
};

const UPSTREAM_SERVER: Rule = { places: ['upstream'], args: [1, MANY] };

/** The place inside a block of this name. */
export function inside(name: string, outer: Place): Place {
  switch (name) {
    case 'events':
    case 'http':
    case 'server':
    case 'location':
    case 'upstream':
    case 'types':
    case 'map':
      return name;
    case 'if':
      return 'if';
    default:
      return outer;
  }
}

/**
 * Whether a directive may stand here like this; `before` are those of the same block. The order of the tests is nginx's own.
 * @throws ConfigError in nginx's words
 */
export function checkDirective(
  directive: Omit<Directive, 'block'>,
  opens: boolean,
  place: Place,
  before: readonly Directive[],
): void {
  // Their lines are pairs of words, not directives.
  if (place === 'types' || place === 'map') return;
  const { name, args, file, line } = directive;
  const at = ` in ${file}:${line}`;
  const rule = name === 'server' && place === 'upstream' ? UPSTREAM_SERVER : RULES[name];
  if (rule === undefined || !Object.hasOwn(RULES, name)) throw new ConfigError(`unknown directive "${name}"${at}`);
  if (!rule.places.includes(place)) throw new ConfigError(`"${name}" directive is not allowed here${at}`);
  if (rule.block === true && !opens) throw new ConfigError(`directive "${name}" has no opening "{"${at}`);
  if (rule.block !== true && opens) throw new ConfigError(`directive "${name}" is not terminated by ";"${at}`);
  if (args.length < rule.args[0] || args.length > rule.args[1])
    throw new ConfigError(`invalid number of arguments in "${name}" directive${at}`);
  const [value = ''] = args;
  if (rule.once === true && before.some((each) => each.name === name))
    throw new ConfigError(`"${name}" directive is duplicate${at}`);
  if (rule.flag === true && value !== 'on' && value !== 'off')
    throw new ConfigError(`invalid value "${value}" in "${name}" directive, it must be "on" or "off"${at}`);
  if (name === 'location') {
    const same = before.some((each) => each.name === 'location' && each.args.join(' ') === args.join(' '));
    if (same && !value.startsWith('~')) throw new ConfigError(`duplicate location "${args.at(-1)}"${at}`);
    if (args.length === 2 && !['=', '~', '~*', '^~'].includes(value))
      throw new ConfigError(`invalid location modifier "${value}"${at}`);
  }
  if (name === 'return' && args.length === 2 && !/^\d+$/.test(value))
    throw new ConfigError(`invalid return code "${value}"${at}`);
}
