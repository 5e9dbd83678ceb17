import type { AppReply } from '../../cluster/network/namespace.ts';
import { byteLength } from '../../machines/text.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Time-out',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
};

/** The reason phrase nginx gives a status. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? '';
}

/** Where the page says it in other words than the status line. */
const ON_PAGE: Readonly<Record<number, string>> = { 302: 'Found' };

/** How nginx speaks of itself, and what time it is, in calendar milliseconds. */
export interface Signature {
  readonly version: string;
  readonly tokens: boolean;
  readonly now: number;
}

type Header = readonly [string, string];

/** The headers that every answer begins with. */
export function opening(signature: Signature): Header[] {
  return [
    ['Server', signature.tokens ? `nginx/${signature.version}` : 'nginx'],
    ['Date', new Date(Math.floor(signature.now / 1000) * 1000).toUTCString()],
  ];
}

/** The text of one of nginx's own pages; undefined for a status that has none. */
export function ownPage(signature: Signature, status: number, note?: string): string | undefined {
  const reason = ON_PAGE[status] ?? REASONS[status];
  if (reason === undefined || status < 300 || status === 304) return undefined;
  const title = note === undefined ? `${status} ${reason}` : `${status} ${note}`;
  const middle = note === undefined ? '' : `<center>${note}</center>\r\n`;
  const foot = signature.tokens ? `nginx/${signature.version}` : 'nginx';
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n${middle}<hr><center>${foot}</center>\r\n</body>\r\n</html>\r\n`;
}

/** An answer with one of nginx's own pages. `location` is told before the connection, where nginx writes its own redirects. */
export function page(
  signature: Signature,
  status: number,
  options: {
    readonly note?: string;
    readonly location?: string;
    readonly extra?: readonly Header[];
    readonly head?: boolean;
  } = {},
): AppReply {
  const body = ownPage(signature, status, options.note) ?? '';
  return {
    kind: 'http',
    status,
    reason: reasonOf(status),
    headers: [
      ...opening(signature),
      ...(body === ''
        ? []
        : ([
            ['Content-Type', 'text/html'],
            ['Content-Length', String(byteLength(body))],
          ] as const)),
      ...(options.location === undefined ? [] : ([['Location', options.location]] as const)),
      ['Connection', [400, 408, 413, 414].includes(status) ? 'close' : 'keep-alive'],
      ...(options.extra ?? []),
    ],
    body: options.head === true ? '' : body,
  };
}
