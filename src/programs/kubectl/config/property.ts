import { Failure } from '../errors.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** The fields of each kind of entry, with their types, as `config set` and `unset` know them. */
const ENTRIES = {
  clusters: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'bool',
    'certificate-authority': 'string',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'string',
    'disable-compression': 'bool',
  },
  users: {
    'client-certificate': 'string',
    'client-certificate-data': 'bytes',
    'client-key': 'string',
    'client-key-data': 'bytes',
    token: 'string',
    tokenFile: 'string',
    as: 'string',
    'as-uid': 'string',
    username: 'string',
    password: 'string',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string' },
} as const satisfies Record<string, Record<string, 'string' | 'bool' | 'bytes'>>;

type Part = keyof typeof ENTRIES;

/**
 * Sets (or with `undefined` unsets) what a dotted name names: `contexts.x.namespace`, `current-context`. Names of entries
 * may hold dots. @throws Failure in kubectl's words
 */
export function changeProperty(config: Kubeconfig, path: string, value: string | undefined, rawBytes: boolean): void {
  const [part = '', ...rest] = path.split('.');
  if (part === 'current-context' || part === 'kind' || part === 'apiVersion') {
    if (rest.length > 0) throw new Failure(`unable to parse one or more field values of ${path}`);
    if (part === 'current-context') config.currentContext = value ?? '';
    return;
  }
  if (!(part in ENTRIES)) throw new Failure(`unable to parse ${path} after [] at api.Config`);
  const fields: Readonly<Record<string, string>> = ENTRIES[part as Part];
  const entries = config[part as Part] as Map<string, Record<string, unknown>>;
  if (rest.length === 0) {
    if (value === undefined) entries.clear();
    else throw new Failure(`can't set a map to a value: map[]`);
    return;
  }
  const at = rest.findIndex((word, i) => i > 0 && word in fields);
  const name = (at < 0 ? rest : rest.slice(0, at)).join('.');
  if (at < 0) {
    if (value === undefined) entries.delete(name);
    else throw new Failure(`can't set a map to a value: map[]`);
    return;
  }
  const field = rest[at] ?? '';
  if (at + 1 < rest.length) throw new Failure(`unable to parse one or more field values of ${path}`);
  let entry = entries.get(name);
  if (entry === undefined) {
    if (value === undefined) throw new Failure(`current map key \`${name}\` is invalid`);
    entry = {};
    entries.set(name, entry);
  }
  if (value === undefined) delete entry[field];
  else entry[field] = typed(fields[field] ?? 'string', value, rawBytes);
}

function typed(type: string, value: string, rawBytes: boolean): string | boolean {
  if (type === 'bool') {
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
    throw new Failure(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  if (type !== 'bytes') return value;
  if (rawBytes) return btoa(value);
  const bad = /[^A-Za-z0-9+/=]/.exec(value)?.index ?? (value.length % 4 === 0 ? -1 : value.length - (value.length % 4));
  if (bad >= 0) throw new Failure(`error decoding input value: illegal base64 data at input byte ${bad}`);
  return value;
}
