import { type Context, Hono } from 'hono';
import { parse } from 'yaml';
import type { ApiRequest, ApiResponse, ApiStream } from './client.ts';
import { errors } from './errors.ts';
import { decodeProtobuf, ProtobufError } from './protobuf/decode.ts';
import { openapiV2 } from './protobuf/openapi-v2.ts';
import type { ApiServer } from './server.ts';
import { ApiError } from './types.ts';

/** The most bytes of a request (MaxRequestBodyBytes). */
const MOST_BYTES = 3 * 1024 * 1024;

/**
 * The API over HTTP, for any host that speaks web-standard Request and Response. Watches and followed logs are streams; upgrade
 * requests (exec, attach, port-forward) are not its business.
 */
export function httpApi(server: ApiServer): Hono {
  const app = new Hono();
  app.get('/openapi/v2', (context, next) => {
    const type = 'application/com.github.proto-openapi.spec.v2';
    if (context.req.header('accept')?.includes(type) !== true) return next();
    return Promise.resolve(
      new Response(openapiV2(server.kinds), { headers: { 'content-type': `${type}.v1.0+protobuf` } }),
    );
  });
  app.all('*', async (context) => {
    try {
      const request = await readRequest(server, context);
      await server.preload(request);
      return respond(server.rest(request), context.req.raw);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return respond(
        { code: error.code, contentType: 'application/json', warnings: [], body: error.status },
        context.req.raw,
      );
    }
  });
  return app;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

async function readRequest(server: ApiServer, context: Context): Promise<ApiRequest> {
  const { raw } = context.req;
  const url = new URL(raw.url);
  const method = raw.method === 'HEAD' ? 'GET' : raw.method;
  if (!isMethod(method))
    throw errors.methodNotAllowed('the server does not allow this method on the requested resource');
  const headers = Object.fromEntries(raw.headers);
  const bytes = method === 'GET' ? new Uint8Array() : new Uint8Array(await raw.arrayBuffer());
  if (bytes.length > MOST_BYTES) throw errors.tooLarge(`limit is ${MOST_BYTES}`);
  const request = { method, path: url.pathname, query: url.searchParams, headers };
  if (bytes.length === 0) return request;
  await server.preload({ ...request, body: {} });
  return { ...request, body: readBody(server, bytes, headers['content-type'] ?? '') };
}

function isMethod(method: string): method is ApiRequest['method'] {
  return METHODS.includes(method);
}

function readBody(server: ApiServer, bytes: Uint8Array, contentType: string): unknown {
  const type = contentType.split(';')[0]?.trim() ?? '';
  if (type === 'application/vnd.kubernetes.protobuf') {
    try {
      return decodeProtobuf(bytes, server.schema?.types() ?? {});
    } catch (error) {
      if (error instanceof ProtobufError) throw errors.badRequest(error.message);
      throw error;
    }
  }
  const text = new TextDecoder().decode(bytes);
  const yaml = type === 'application/yaml' || type === 'application/apply-patch+yaml';
  try {
    return yaml ? parse(text, { maxAliasCount: 100 }) : JSON.parse(text);
  } catch (error) {
    throw errors.badRequest(
      yaml
        ? `error decoding YAML: error converting YAML to JSON: yaml: ${String((error as Error).message).split('\n')[0]}`
        : `couldn't get version/kind; json parse error: ${(error as Error).message}`,
    );
  }
}

function respond(response: ApiResponse, request: Request): Response {
  const headers = new Headers({
    'content-type': response.contentType,
    'audit-id': crypto.randomUUID(),
    'cache-control': 'no-cache, private',
  });
  for (const text of response.warnings) headers.append('warning', `299 - ${quoted(text)}`);
  const { code, body, stream } = response;
  // WriteRawJSON, unlike everything else, is always for people.
  const raw = new URL(request.url).pathname === '/version';
  if (stream !== undefined) return new Response(readable(stream), { status: code, headers });
  if (typeof body === 'string') return new Response(body, { status: code, headers });
  return new Response(`${JSON.stringify(body, undefined, raw || pretty(request) ? 2 : undefined)}${raw ? '' : '\n'}`, {
    status: code,
    headers,
  });
}

/** A Warning header's quoted-string. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (char) => `\\${char}`).replace(/[\r\n]+/g, ' ')}"`;
}

/** Whether a person is likely to read it (negotiation.isPrettyPrint). */
function pretty(request: Request): boolean {
  const asked = new URL(request.url).searchParams.get('pretty');
  if (asked !== null) return asked === '' || asked === '1' || asked === 'true';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers.get('user-agent') ?? '');
}

function readable(stream: ApiStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let open = true;
      stop = stream.subscribe(
        (item) => {
          if (open) controller.enqueue(encoder.encode(typeof item === 'string' ? item : `${JSON.stringify(item)}\n`));
        },
        () => {
          if (!open) return;
          open = false;
          controller.close();
        },
      );
    },
    cancel() {
      stop();
    },
  });
}
