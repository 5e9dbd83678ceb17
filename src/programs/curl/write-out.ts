import { byteLength } from '../../machines/text.ts';
import { headerOf, headText, type Transfer } from './transfer.ts';
import { parseUrl, resolveLocation } from './url.ts';

/** What -w prints, and the names in it that curl does not know. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/** curl's -w: `%{http_code}` and its like, `%{header_name}` as `%header{name}`, `\n`, `\t`, `\r`, `%%`. */
export function writeOut(
  format: string,
  transfer: Transfer,
  extra: { file: string | undefined; index: number },
): Written {
  const values = valuesOf(transfer, extra);
  let stdout = '';
  let stderr = '';
  let toError = false;
  const put = (text: string) => {
    if (toError) stderr += text;
    else stdout += text;
  };
  const pattern = /%(?:(header)?\{([^}]*)\}|%)|\\([ntr\\])/g;
  let at = 0;
  for (const match of format.matchAll(pattern)) {
    put(format.slice(at, match.index));
    at = match.index + match[0].length;
    const [whole, header, name, escaped] = match;
    if (escaped !== undefined) put({ n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped);
    else if (name === undefined) put(whole === '%%' ? '%' : whole);
    else if (header !== undefined)
      put(transfer.reply === undefined ? '' : (headerOf(transfer.reply, name.toLowerCase()) ?? ''));
    else if (name === 'stderr') toError = true;
    else if (name === 'stdout') toError = false;
    else if (name === 'onerror') {
      if (transfer.code === 0) return { stdout, stderr };
    } else if (name === 'json') put(json(values));
    else if (name === 'header_json') put(headerJson(transfer));
    else {
      const value = values.get(name);
      if (value === undefined) stderr += `curl: unknown --write-out variable: '${name}'\n`;
      else put(textOf(name, value));
    }
  }
  put(format.slice(at));
  return { stdout, stderr };
}

type Value = string | number | null | { readonly seconds: number };

function textOf(name: string, value: Value): string {
  if (value === null) return '';
  if (name === 'http_code' || name === 'response_code' || name === 'http_connect')
    return String(value).padStart(3, '0');
  return typeof value === 'object' ? value.seconds.toFixed(6) : String(value);
}

/** In the order in which %{json} has them. */
function valuesOf(transfer: Transfer, extra: { file: string | undefined; index: number }): Map<string, Value> {
  const { reply, times, target } = transfer;
  const size = reply === undefined || transfer.code === 22 ? 0 : byteLength(reply.body);
  const time = (ms: number) => ({ seconds: ms / 1000 });
  const seconds = Math.max(times.total / 1000, 0.000001);
  const location = reply === undefined ? undefined : headerOf(reply, 'location');
  const redirect =
    location !== undefined && reply !== undefined && reply.status >= 300 && reply.status < 400
      ? parseUrl(resolveLocation(target, location)).url
      : null;
  const heads = [...transfer.earlier, ...(reply === undefined ? [] : [reply])];
  const connected = transfer.times.connect > 0;
  return new Map<string, Value>([
    ['certs', ''],
    ['content_type', reply === undefined ? null : (headerOf(reply, 'content-type') ?? null)],
    ['errormsg', transfer.message ?? null],
    ['exitcode', transfer.code],
    ['filename_effective', extra.file ?? null],
    ['ftp_entry_path', null],
    ['http_code', reply?.status ?? 0],
    ['http_connect', 0],
    ['http_version', reply === undefined ? '0' : '1.1'],
    ['local_ip', connected ? transfer.localAddress : ''],
    ['local_port', connected ? transfer.localPort : 0],
    ['method', transfer.method],
    ['num_certs', 0],
    ['num_connects', transfer.connects],
    ['num_headers', reply?.headers.length ?? 0],
    ['num_redirects', transfer.redirects],
    ['proxy_ssl_verify_result', 0],
    ['redirect_url', redirect],
    ['referer', null],
    ['remote_ip', connected ? transfer.address : ''],
    ['remote_port', connected ? target.port : 0],
    ['response_code', reply?.status ?? 0],
    ['scheme', target.scheme.toUpperCase()],
    ['size_download', size],
    ['size_header', heads.reduce((sum, each) => sum + byteLength(headText(each)), 0)],
    ['size_request', transfer.requestSize],
    ['size_upload', transfer.uploaded],
    ['speed_download', Math.floor(size / seconds)],
    ['speed_upload', Math.floor(transfer.uploaded / seconds)],
    ['ssl_verify_result', transfer.verify],
    ['time_appconnect', time(times.tls)],
    ['time_connect', time(times.connect)],
    ['time_namelookup', time(times.lookup)],
    ['time_pretransfer', time(times.sent)],
    ['time_redirect', time(times.redirect)],
    ['time_starttransfer', time(times.first)],
    ['time_total', time(times.total)],
    ['url', target.url],
    ['url_effective', target.url],
    ['urlnum', extra.index],
  ]);
}

function json(values: ReadonlyMap<string, Value>): string {
  const parts = [...values].map(([name, value]) => {
    const text =
      value !== null && typeof value === 'object'
        ? value.seconds.toFixed(6)
        : name === 'remote_port' || name === 'local_port' || typeof value === 'number'
          ? String(value)
          : JSON.stringify(value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${parts.join(',')},"curl_version":"libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13"}`;
}

function headerJson(transfer: Transfer): string {
  const names = new Map<string, string[]>();
  for (const [name, value] of transfer.reply?.headers ?? []) {
    const key = name.toLowerCase();
    names.set(key, [...(names.get(key) ?? []), value]);
  }
  return `{${[...names].map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values)}`).join(',\n')}\n}`;
}
