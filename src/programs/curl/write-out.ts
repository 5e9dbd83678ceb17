import type { AppReply } from '../../cluster/network/namespace.ts';

/** What -w may print. */
export interface Written {
  readonly code: number;
  readonly message?: string;
  readonly target: { readonly url: string; readonly scheme: string; readonly port: number };
  readonly reply?: Extract<AppReply, { kind: 'http' }>;
  readonly address?: string;
  readonly lookupMs: number;
  readonly totalMs: number;
  readonly redirects: number;
  readonly size: number;
}

/** curl's -w: `%{http_code}` and its like; `\n`, `\t`, `\r`; `%%`. */
export function writeOut(format: string, transfer: Written): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(6);
  const { reply } = transfer;
  const connect =
    reply === undefined && transfer.code !== 0 ? 0 : transfer.lookupMs + (transfer.totalMs - transfer.lookupMs) / 2;
  const header = (name: string) => reply?.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const values: Readonly<Record<string, string>> = {
    http_code: String(reply?.status ?? 0).padStart(3, '0'),
    response_code: String(reply?.status ?? 0).padStart(3, '0'),
    url_effective: transfer.target.url,
    url: transfer.target.url,
    scheme: transfer.target.scheme.toUpperCase(),
    remote_ip: transfer.address ?? '',
    remote_port: transfer.address === undefined ? '0' : String(transfer.target.port),
    time_namelookup: seconds(transfer.lookupMs),
    time_connect: seconds(connect),
    time_starttransfer: seconds(reply === undefined ? 0 : transfer.totalMs),
    time_pretransfer: seconds(connect),
    time_total: seconds(transfer.totalMs),
    size_download: String(transfer.size),
    content_type: header('content-type'),
    num_redirects: String(transfer.redirects),
    redirect_url: header('location'),
    exitcode: String(transfer.code),
    errormsg: transfer.message ?? '',
    method: 'GET',
    http_version: reply === undefined ? '0' : '1.1',
  };
  return format.replace(
    /%\{(\w+)\}|%%|\\([ntr\\])/g,
    (_whole, name: string | undefined, escaped: string | undefined) => {
      if (name !== undefined) return values[name] ?? '';
      if (escaped !== undefined) return { n: '\n', t: '\t', r: '\r', '\\': '\\' }[escaped] ?? '';
      return '%';
    },
  );
}
