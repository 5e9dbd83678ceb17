import type { Value } from './protocol.ts';

type Stored = string | string[] | Map<string, string>;

const OK: Value = { kind: 'status', text: 'OK' };
const WRONG_TYPE: Value = {
  kind: 'error',
  text: 'WRONGTYPE Operation against a key holding the wrong kind of value',
};
const NOT_INTEGER: Value = { kind: 'error', text: 'ERR value is not an integer or out of range' };

const bulk = (text: string | null | undefined): Value => ({ kind: 'bulk', text: text ?? null });
const integer = (number: number): Value => ({ kind: 'integer', number });
const array = (texts: readonly string[]): Value => ({ kind: 'array', items: texts.map(bulk) });

/** Fewest and most arguments of each command. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  ping: [0, 1],
  echo: [1, 1],
  set: [2, 6],
  get: [1, 1],
  del: [1, 1e6],
  exists: [1, 1e6],
  incr: [1, 1],
  decr: [1, 1],
  incrby: [2, 2],
  append: [2, 2],
  strlen: [1, 1],
  keys: [1, 1],
  dbsize: [0, 0],
  flushall: [0, 1],
  flushdb: [0, 1],
  expire: [2, 2],
  ttl: [1, 1],
  type: [1, 1],
  lpush: [2, 1e6],
  rpush: [2, 1e6],
  lpop: [1, 1],
  rpop: [1, 1],
  llen: [1, 1],
  lrange: [3, 3],
  hset: [3, 1e6],
  hget: [2, 2],
  hgetall: [1, 1],
  hdel: [2, 1e6],
  info: [0, 1e3],
  client: [0, 10],
  command: [0, 10],
  select: [1, 1],
  quit: [0, 0],
};

/** The keys of one Redis server: strings, lists and hashes. Ten thousand keys at most. */
export class Database {
  private readonly keys = new Map<string, Stored>();
  private readonly expires = new Map<string, number>();
  private readonly now: () => number;
  private readonly version: string;

  constructor(now: () => number, version: string) {
    this.now = now;
    this.version = version;
  }

  /** Runs one command. */
  run(words: readonly string[]): Value {
    const [name = '', ...args] = words;
    const command = name.toLowerCase();
    const arity = ARITY[command];
    if (arity === undefined)
      return {
        kind: 'error',
        text: `ERR unknown command '${name}', with args beginning with: ${args.map((each) => `'${each}' `).join('')}`,
      };
    if (args.length < arity[0] || args.length > arity[1])
      return { kind: 'error', text: `ERR wrong number of arguments for '${command}' command` };
    for (const [key, at] of this.expires) if (at <= this.now()) this.remove(key);
    const [key = '', value = '', ...rest] = args;
    switch (command) {
      case 'ping':
        return args.length === 0 ? { kind: 'status', text: 'PONG' } : bulk(key);
      case 'echo':
        return bulk(key);
      case 'set':
        return this.set(key, value, rest);
      case 'get': {
        const stored = this.keys.get(key);
        return stored !== undefined && typeof stored !== 'string' ? WRONG_TYPE : bulk(stored as string | undefined);
      }
      case 'del':
        return integer(args.filter((each) => this.remove(each)).length);
      case 'exists':
        return integer(args.filter((each) => this.keys.has(each)).length);
      case 'incr':
        return this.add(key, 1);
      case 'decr':
        return this.add(key, -1);
      case 'incrby':
        return /^-?\d+$/.test(value) ? this.add(key, Number(value)) : NOT_INTEGER;
      case 'append': {
        const stored = this.keys.get(key) ?? '';
        if (typeof stored !== 'string') return WRONG_TYPE;
        this.keys.set(key, stored + value);
        return integer(stored.length + value.length);
      }
      case 'strlen': {
        const stored = this.keys.get(key) ?? '';
        return typeof stored === 'string' ? integer(stored.length) : WRONG_TYPE;
      }
      case 'keys':
        return array([...this.keys.keys()].filter((each) => pattern(key).test(each)));
      case 'dbsize':
        return integer(this.keys.size);
      case 'flushall':
      case 'flushdb':
        this.keys.clear();
        this.expires.clear();
        return OK;
      case 'expire':
        if (!/^-?\d+$/.test(value)) return NOT_INTEGER;
        if (!this.keys.has(key)) return integer(0);
        this.expires.set(key, this.now() + Number(value) * 1000);
        return integer(1);
      case 'ttl': {
        if (!this.keys.has(key)) return integer(-2);
        const at = this.expires.get(key);
        return integer(at === undefined ? -1 : Math.ceil((at - this.now()) / 1000));
      }
      case 'type': {
        const stored = this.keys.get(key);
        const text =
          stored === undefined
            ? 'none'
            : typeof stored === 'string'
              ? 'string'
              : Array.isArray(stored)
                ? 'list'
                : 'hash';
        return { kind: 'status', text };
      }
      case 'info':
        return bulk(
          `# Server\r\nredis_version:${this.version}\r\nredis_mode:standalone\r\nos:Linux\r\nprocess_id:1\r\ntcp_port:6379\r\n\r\n# Keyspace\r\n${this.keys.size === 0 ? '' : `db0:keys=${this.keys.size},expires=${this.expires.size},avg_ttl=0\r\n`}`,
        );
      case 'command':
        return { kind: 'array', items: [] };
      case 'client':
      case 'select':
      case 'quit':
        return OK;
      default:
        return command.startsWith('h')
          ? this.hash(command, key, args.slice(1))
          : this.list(command, key, args.slice(1));
    }
  }

  private remove(key: string): boolean {
    this.expires.delete(key);
    return this.keys.delete(key);
  }

  private set(key: string, value: string, options: readonly string[]): Value {
    if (this.keys.size >= 10_000 && !this.keys.has(key))
      return { kind: 'error', text: "OOM command not allowed when used memory > 'maxmemory'." };
    let expires: number | undefined;
    for (let at = 0; at < options.length; at++) {
      const option = (options[at] ?? '').toLowerCase();
      if (option === 'nx' && this.keys.has(key)) return bulk(null);
      if (option === 'xx' && !this.keys.has(key)) return bulk(null);
      if (option === 'ex' || option === 'px') {
        const time = Number(options[++at]);
        if (!Number.isInteger(time)) return NOT_INTEGER;
        if (time <= 0) return { kind: 'error', text: "ERR invalid expire time in 'set' command" };
        expires = this.now() + time * (option === 'ex' ? 1000 : 1);
      } else if (option !== 'nx' && option !== 'xx' && option !== 'keepttl')
        return { kind: 'error', text: 'ERR syntax error' };
    }
    this.keys.set(key, value);
    if (expires === undefined) this.expires.delete(key);
    else this.expires.set(key, expires);
    return OK;
  }

  private add(key: string, amount: number): Value {
    const stored = this.keys.get(key) ?? '0';
    if (typeof stored !== 'string') return WRONG_TYPE;
    if (!/^-?\d+$/.test(stored)) return NOT_INTEGER;
    const sum = Number(stored) + amount;
    this.keys.set(key, String(sum));
    return integer(sum);
  }

  private list(command: string, key: string, args: readonly string[]): Value {
    const stored = this.keys.get(key) ?? [];
    if (!Array.isArray(stored)) return WRONG_TYPE;
    if (command === 'llen') return integer(stored.length);
    if (command === 'lrange') {
      const [first = 0, last = -1] = args.map(Number);
      if (!Number.isInteger(first) || !Number.isInteger(last)) return NOT_INTEGER;
      const place = (index: number) => (index < 0 ? Math.max(0, stored.length + index) : index);
      return array(stored.slice(place(first), (last < 0 ? stored.length + last : last) + 1));
    }
    if (command === 'lpush') stored.unshift(...[...args].reverse());
    else if (command === 'rpush') stored.push(...args);
    else {
      const gone = command === 'lpop' ? stored.shift() : stored.pop();
      if (stored.length === 0) this.remove(key);
      return bulk(gone);
    }
    this.keys.set(key, stored);
    return integer(stored.length);
  }

  private hash(command: string, key: string, args: readonly string[]): Value {
    const stored = this.keys.get(key) ?? new Map<string, string>();
    if (!(stored instanceof Map)) return WRONG_TYPE;
    if (command === 'hget') return bulk(stored.get(args[0] ?? ''));
    if (command === 'hgetall') return array([...stored].flat());
    if (command === 'hdel') {
      const gone = args.filter((field) => stored.delete(field)).length;
      if (stored.size === 0) this.remove(key);
      return integer(gone);
    }
    if (args.length % 2 === 1) return { kind: 'error', text: "ERR wrong number of arguments for 'hset' command" };
    const before = stored.size;
    for (let at = 0; at < args.length; at += 2) stored.set(args[at] ?? '', args[at + 1] ?? '');
    this.keys.set(key, stored);
    return integer(stored.size - before);
  }
}

/** `user:*` as a regular expression. */
function pattern(glob: string): RegExp {
  const text = glob.slice(0, 200).replace(/[.+^${}()|\\]/g, '\\$&');
  try {
    return new RegExp(`^${text.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
  } catch {
    return /^$/;
  }
}
