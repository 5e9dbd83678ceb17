import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { renderExplanation } from '../explain/render.ts';
import type { OpenApiDocument } from '../explain/schema.ts';
import type { Invocation } from '../invocation.ts';
import { SUGGEST_API_RESOURCES } from './get.ts';

const command: Command = {
  name: 'explain',
  flags: [
    { name: 'recursive', type: 'bool' },
    { name: 'api-version', type: 'string' },
    { name: 'output', type: 'string', default: 'plaintext' },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    const [wanted] = args;
    if (wanted === undefined)
      throw new Failure(`You must specify the type of resource to explain. ${SUGGEST_API_RESOURCES}\n`);
    if (args.length > 1) throw new Failure('We accept only this format: explain RESOURCE\n');
    const { resource, fields } = yield* parseRequest(invocation, wanted);
    const format = flags.string('output');
    if (format === 'plaintext-openapiv2')
      throw new Failure('this kubectl explains from OpenAPI v3 only: leave --output out');
    let { group, version } = resource;
    const apiVersion = flags.string('api-version');
    if (apiVersion !== '') {
      const parts = apiVersion.split('/');
      if (parts.length > 2) throw new Failure(`unexpected GroupVersion string: ${apiVersion}`);
      [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', parts[0] ?? ''];
    }
    const document = yield* openApi(invocation, group, version, resource.name);
    if (format !== 'plaintext') throw new Failure(`unrecognized format: ${format}`);
    const subject = { group, version, resource: resource.name, fields };
    const { text, failure } = renderExplanation(document, subject, flags.bool('recursive'));
    yield* invocation.out(text);
    if (failure !== undefined) throw failure;
  },
};

export default command;

/** `pods.spec.containers` or `deployments.apps.spec`: the resource and the way into it. */
function* parseRequest(invocation: Invocation, text: string) {
  const mapper = yield* invocation.mapper();
  const words = text.replace(/\.$/, '').split('.');
  const candidates = mapper.resources(words[0] ?? '');
  if (invocation.flags.string('api-version') === '')
    for (const resource of candidates) {
      const full = resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
      if (!text.startsWith(full)) continue;
      const rest = text.slice(full.length).replace(/\.$/, '');
      return { resource, fields: rest === '' ? [] : rest.split('.').slice(1) };
    }
  const [first] = candidates;
  if (first === undefined) throw new Failure('no resource');
  return { resource: first, fields: words.slice(1) };
}

function* openApi(invocation: Invocation, group: string, version: string, resource: string): Routine<OpenApiDocument> {
  const root = (yield* invocation.client.get('/openapi/v3')) as {
    paths?: Record<string, { serverRelativeURL: string }>;
  };
  const found = root.paths?.[group === '' ? `api/${version}` : `apis/${group}/${version}`];
  if (found === undefined) throw new Failure(`couldn't find resource for "${group}/${version}, Resource=${resource}"`);
  const [path = '', search = ''] = found.serverRelativeURL.split('?');
  return (yield* invocation.client.get(path, {
    query: Object.fromEntries(new URLSearchParams(search)),
  })) as OpenApiDocument;
}
