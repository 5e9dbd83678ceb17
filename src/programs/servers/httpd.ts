import type { AppReply } from '../../cluster/network/namespace.ts';
import type { Context, Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { listening } from './listening.ts';

const ROOT = '/usr/local/apache2/htdocs';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  txt: 'text/plain',
};

/** Apache's web server with the configuration of its image: port 80, files of `htdocs`. */
export const httpd: Program = {
  name: 'httpd',
  summary: 'Apache Hypertext Transfer Protocol Server',
  *run(context) {
    const version = context.env.get('HTTPD_VERSION') ?? '2.4.63';
    const server = `Apache/${version} (Unix)`;
    if (context.argv.includes('-v')) {
      yield* context.stdout.write(`Server version: ${server}\n`);
      return 0;
    }
    const { machine } = context;
    const now = () => machine.world.sim.calendar();
    const notice = (module: string, text: string) =>
      `[${errorStamp(now())}] [${module}:notice] [pid 1:tid 1] ${text}\n`;
    const unnamed = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${machine.network.address ?? '127.0.0.1'}. Set the 'ServerName' directive globally to suppress this message\n`;
    yield* context.stderr.write(unnamed);
    return yield* listening(
      context,
      'httpd',
      (log) => {
        log.error(unnamed);
        log.error(notice('mpm_event', `AH00489: ${server} configured -- resuming normal operations`));
        log.error(notice('core', "AH00094: Command line: 'httpd -D FOREGROUND'"));
        return [
          {
            port: 80,
            serve(request, peer) {
              if (request.kind !== 'http') return { kind: 'close' };
              const reply = answer(context, server, request.method, request.path);
              const [status, size] = reply.kind === 'http' ? [reply.status, byteLength(reply.body)] : [500, 0];
              log.out(
                `${peer.address} - - [${accessStamp(now())}] "${request.method} ${request.path} HTTP/${request.version}" ${status} ${size === 0 ? '-' : size}\n`,
              );
              return reply;
            },
          },
        ];
      },
      () =>
        `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
  },
};

function answer(context: Context, server: string, method: string, path: string): AppReply {
  const { fs, machine } = context;
  const date: readonly [string, string][] = [
    ['Date', new Date(Math.floor(machine.world.sim.calendar() / 1000) * 1000).toUTCString()],
    ['Server', server],
  ];
  const error = (status: number, reason: string, words: string, extra: readonly [string, string][] = []): AppReply => {
    const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${words}</p>\n</body></html>\n`;
    return {
      kind: 'http',
      status,
      reason,
      headers: [
        ...date,
        ...extra,
        ['Content-Length', String(byteLength(body))],
        ['Content-Type', 'text/html; charset=iso-8859-1'],
      ],
      body: method === 'HEAD' ? '' : body,
    };
  };
  const [plain = '/'] = path.split('?');
  if (plain.split('/').includes('..'))
    return error(400, 'Bad Request', 'Your browser sent a request that this server could not understand.<br />');
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    return error(405, 'Method Not Allowed', 'The requested method is not allowed for this URL.', [
      ['Allow', 'HEAD,GET,POST,OPTIONS,TRACE'],
    ]);
  let file = `${ROOT}${plain}`;
  const type = fs.exists(file) ? fs.stat(file).type : undefined;
  if (type === 'directory') {
    if (!file.endsWith('/'))
      return error(301, 'Moved Permanently', `The document has moved <a href="${plain}/">here</a>.`, [
        ['Location', `${plain}/`],
      ]);
    file += 'index.html';
  }
  if (!fs.exists(file) || fs.stat(file).type !== 'file')
    return error(404, 'Not Found', 'The requested URL was not found on this server.');
  const text = fs.read(file);
  const { modified } = fs.stat(file);
  const length = byteLength(text);
  return {
    kind: 'http',
    status: 200,
    reason: 'OK',
    headers: [
      ...date,
      ['Last-Modified', new Date(modified).toUTCString()],
      ['ETag', `"${length.toString(16)}-${Math.floor(modified * 1000).toString(16)}"`],
      ['Accept-Ranges', 'bytes'],
      ['Content-Length', String(length)],
      ['Content-Type', TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/plain'],
    ],
    body: method === 'HEAD' ? '' : text,
  };
}

/** `Fri Nov 20 09:00:00.000000 2026` */
function errorStamp(now: number): string {
  const date = new Date(now);
  const [day = '', number = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${number} ${time}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000 ${year}`;
}

/** `20/Nov/2026:09:00:00 +0000` */
function accessStamp(now: number): string {
  const [, number = '', month = '', year = '', time = ''] = new Date(now).toUTCString().replace(',', '').split(' ');
  return `${number}/${month}/${year}:${time} +0000`;
}
