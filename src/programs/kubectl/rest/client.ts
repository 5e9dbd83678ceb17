import type { ApiRequest, ApiResponse } from '../../../cluster/api/client.ts';
import type { Status } from '../../../cluster/api/types.ts';
import type { Context } from '../../../machines/process.ts';
import type { Routine } from '../../../sim/routine.ts';
import { ConnectionError, KUBERNETES, type KubeApi } from '../api.ts';
import type { ClientConfig } from '../config/client-config.ts';
import { StatusFailure, UnreachableFailure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** Sends kubectl's requests as client-go does: credentials, user agent, warnings on stderr, failures thrown. */
export class RestClient {
  readonly config: ClientConfig;
  private readonly context: Context;
  private readonly command: string;
  private readonly warned = new Set<string>();

  constructor(context: Context, config: ClientConfig, command: string) {
    this.context = context;
    this.config = config;
    this.command = command;
  }

  /** The way to the server. @throws UnreachableFailure when nobody listens at the kubeconfig's address. */
  api(method: string, path: string): KubeApi {
    const api = this.context.machine.world.service(KUBERNETES);
    const { server } = this.config;
    if (api === undefined || (server !== api.server && server !== `${api.server}/`))
      throw new UnreachableFailure(method, `${server.replace(/\/$/, '')}${path}`, refusal(server));
    return api;
  }

  /** @throws StatusFailure, UnreachableFailure */
  *request(method: ApiRequest['method'], path: string, options: RequestOptions = {}): Routine<ApiResponse> {
    const api = this.api(method === 'GET' ? 'Get' : method.charAt(0) + method.slice(1).toLowerCase(), path);
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value === undefined) continue;
      for (const one of typeof value === 'string' ? [value] : value) query.append(name, one);
    }
    const headers: Record<string, string> = {
      accept: options.accept ?? 'application/json',
      'user-agent': 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
      'kubectl-command': this.command,
      ...this.config.headers,
    };
    if (options.body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
    let response: ApiResponse;
    try {
      response = yield* api.request({
        method,
        path,
        query,
        headers,
        ...(options.body === undefined ? {} : { body: options.body }),
      });
    } catch (error) {
      if (error instanceof ConnectionError)
        throw new UnreachableFailure(method, `${this.config.server}${path}`, error.message);
      throw error;
    }
    for (const warning of response.warnings) yield* this.warn(warning);
    if (response.code >= 400) throw new StatusFailure(statusOf(response, method, path));
    return response;
  }

  /** A GET whose answer is an object. */
  *get(path: string, options: RequestOptions = {}): Routine<unknown> {
    return (yield* this.request('GET', path, options)).body;
  }

  /** A `Warning:` line, once each. */
  *warn(text: string): Routine {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    const { stderr, env } = this.context;
    const colour = stderr.tty && env.get('TERM') !== 'dumb' && !env.has('NO_COLOR');
    yield* stderr.write(colour ? `\x1b[33;1mWarning:\x1b[0m ${text}\n` : `Warning: ${text}\n`);
  }

  /** How many different warnings were printed (--warnings-as-errors). */
  get warnings(): number {
    return this.warned.size;
  }
}

function statusOf(response: ApiResponse, method: string, path: string): Status {
  const body = response.body as Status | undefined;
  if (typeof body === 'object' && body !== null && body.kind === 'Status') return body;
  const generic = GENERIC[response.code] ?? [
    'InternalError',
    `an error on the server (${goQuote(String(response.body ?? 'unknown'))}) has prevented the request from succeeding`,
  ];
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: response.code,
    reason: generic[0],
    message: generic[1].replace('METHOD', method).replace('PATH', path),
  };
}

/** errors.NewGenericServerResponse: what client-go says when the answer is no Status. */
const GENERIC: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'unknown'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', 'the server was unable to process the request'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
};

/** What dialling an address where no API server is ends in. */
function refusal(server: string): string {
  const url = server.replace(/^([a-z]+:\/\/)?/, '');
  const host = url.replace(/[/?].*$/, '');
  const [name = '', port = server.startsWith('https') ? '443' : '80'] = host.split(':');
  const address = name === 'localhost' ? '127.0.0.1' : name;
  if (/^127\./.test(address)) return `dial tcp ${address}:${port}: connect: connection refused`;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return `dial tcp ${address}:${port}: i/o timeout`;
  return `dial tcp: lookup ${name}: no such host`;
}
