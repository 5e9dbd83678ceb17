import type { ApiStream } from '../../../cluster/api/client.ts';
import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure, StatusFailure, unwrapped, usageFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { CUSTOM_COLUMNS_FORMATS, customColumnsPrinter } from '../print/custom-columns.ts';
import {
  JSON_YAML_FORMATS,
  NAME_FORMATS,
  namePrinter,
  noPrinter,
  type Printer,
  PrintFailure,
  structuredPrinter,
  TEMPLATE_FORMATS,
  templatePrinter,
} from '../print/printer.ts';
import { sortAny, sortObjects } from '../print/sort.ts';
import { isTable, type TableOptions, TablePrinter } from '../print/table.ts';
import { TabWriter } from '../print/tabwriter.ts';
import { isList, listItems, type ResourceInfo } from '../resource/info.ts';
import { type Selection, select } from '../resource/selection.ts';
import { groupResource, type Mapping, resourcePath } from '../rest/mapper.ts';
import { StreamReader } from '../rest/stream.ts';
import {
  ALL_NAMESPACES_FLAG,
  CHUNK_SIZE_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  LABEL_SELECTOR_FLAG,
  PRINT_FLAGS,
  SUBRESOURCE_FLAG,
} from '../shared-flags.ts';

const FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  { name: 'raw', type: 'string' },
  { name: 'watch', short: 'w', type: 'bool' },
  { name: 'watch-only', type: 'bool' },
  { name: 'output-watch-events', type: 'bool' },
  { name: 'ignore-not-found', type: 'bool' },
  FIELD_SELECTOR_FLAG,
  ALL_NAMESPACES_FLAG,
  { name: 'server-print', type: 'bool', default: 'true' },
  ...FILENAME_FLAGS,
  CHUNK_SIZE_FLAG,
  LABEL_SELECTOR_FLAG,
  SUBRESOURCE_FLAG,
  { name: 'show-labels', type: 'bool' },
  { name: 'sort-by', type: 'string' },
  { name: 'label-columns', short: 'L', type: 'strings' },
  { name: 'show-kind', type: 'bool' },
  { name: 'no-headers', type: 'bool' },
];

const TABLE_ACCEPT = [
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json',
].join(',');

export const SUGGEST_API_RESOURCES = 'Use "kubectl api-resources" for a complete list of supported resources.';

const command: Command = {
  name: 'get',
  flags: FLAGS,
  *run(invocation) {
    const { flags, args } = invocation;
    if (flags.string('raw') !== '') yield* getRaw(invocation);
    else {
      yield* complain(invocation);
      if (flags.bool('watch') || flags.bool('watch-only')) yield* watch(invocation, args);
      else yield* get(invocation, args);
    }
  },
};

export default command;

/** What can be wrong before the server is asked. */
function* complain(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  const output = flags.string('output');
  if (flags.bool('watch')) {
    if (flags.string('sort-by') !== '')
      yield* invocation.err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  } else if (flags.bool('watch-only')) {
    if (flags.string('sort-by') !== '')
      yield* invocation.err('warning: --watch-only requested, --sort-by will be ignored\n');
  } else if (args.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '') {
    yield* invocation.err(`You must specify the type of resource to get. ${SUGGEST_API_RESOURCES}\n\n`);
    throw usageFailure(
      invocation.path,
      'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
    );
  }
  if (flags.bool('show-labels') && output !== '' && output !== 'wide')
    throw new Failure(`--show-labels option cannot be used with ${output} printer`);
  if (flags.bool('output-watch-events') && !flags.bool('watch') && !flags.bool('watch-only'))
    throw new Failure('--output-watch-events option can only be used with --watch or --watch-only');
}

function isHuman(invocation: Invocation): boolean {
  const output = invocation.flags.string('output');
  return output === 'wide' || (output === '' && invocation.flags.string('template') === '');
}

function* selection(invocation: Invocation, args: readonly string[], watching: boolean): Routine<Selection> {
  const { flags, namespace } = invocation;
  const allNamespaces = flags.bool('all-namespaces');
  const human = isHuman(invocation);
  const sorting = flags.string('sort-by') !== '';
  const tables = human && flags.bool('server-print');
  return yield* select(invocation, {
    args,
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    allowEmptySelector: true,
    namespace: namespace.name,
    requireNamespace: namespace.explicit && !allNamespaces,
    allNamespaces,
    chunkSize: sorting && !watching ? 0 : flags.number('chunk-size'),
    latest: true,
    ...(tables ? { accept: TABLE_ACCEPT, includeObject: sorting } : {}),
    ...(watching
      ? { singleResourceType: true }
      : {
          flatten: true,
          continueOnError: true,
          subresource: flags.string('subresource'),
          ignoreNotFound: flags.bool('ignore-not-found'),
        }),
  });
}

function* get(invocation: Invocation, args: readonly string[]): Routine {
  const { flags } = invocation;
  const selected = yield* selection(invocation, args, false);
  if (!isHuman(invocation)) {
    yield* printGeneric(invocation, selected);
    return;
  }
  const { infos, failure } = yield* selected.infos();
  const written = yield* printTables(invocation, infos);
  if (!written && !flags.bool('ignore-not-found') && failure === undefined) {
    const inOne = !flags.bool('all-namespaces') && infos.every(({ mapping }) => mapping?.namespaced !== false);
    yield* invocation.err(
      inOne ? `No resources found in ${invocation.namespace.name} namespace.\n` : 'No resources found\n',
    );
  }
  if (failure !== undefined) throw failure;
}

/** Tables, an empty line between those of different resources. True when there was something to print. */
function* printTables(invocation: Invocation, infos: readonly ResourceInfo[]): Routine<boolean> {
  const { flags } = invocation;
  const withKind = new Set(infos.map(({ mapping }) => kindKey(mapping))).size > 1;
  const sortField = flags.string('sort-by');
  const ordered = sortField === '' ? infos : sortInfos(infos, sortField);
  const writer = new TabWriter();
  let written = false;
  let separate = false;
  let last: Mapping | undefined;
  let printer: TablePrinter | undefined;
  const put = function* (text: string): Routine {
    if (text === '') return;
    yield* invocation.out(separate ? `\n${text}` : text);
    separate = false;
    written = true;
  };
  for (const { mapping, object } of ordered) {
    if (object === undefined) continue;
    if (
      printer === undefined ||
      last === undefined ||
      mapping === undefined ||
      groupResource(last) !== groupResource(mapping)
    ) {
      yield* put(writer.flush());
      writer.forgetWidths();
      if (last !== undefined && !flags.bool('no-headers') && written) separate = true;
      printer = new TablePrinter(tableOptions(invocation, mapping, withKind), () => invocation.now);
      last = mapping;
    }
    const sorted = sortField === '' ? object : sortedOrNothing(object, sortField);
    if (sorted !== undefined) printer.print(sorted, writer);
  }
  yield* put(writer.flush());
  return written;
}

/** A table that cannot be sorted is not printed, and nobody says why: so it is. */
function sortedOrNothing(object: KubeObject, field: string): KubeObject | undefined {
  try {
    return sortAny(object, field);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function kindKey(mapping: Mapping | undefined): string {
  return mapping === undefined ? '' : `${mapping.group}/${mapping.version}/${mapping.kind}`;
}

/** Several results are sorted by their own field: Tables have none but metadata.resourceVersion, as kubectl sees them. */
function sortInfos(infos: readonly ResourceInfo[], field: string): readonly ResourceInfo[] {
  if (infos.length < 2) return infos;
  const byObject = new Map(infos.map((info) => [info.object, info]));
  return sortObjects(
    infos.flatMap(({ object }) => (object === undefined ? [] : [object])),
    field,
  ).flatMap((object) => byObject.get(object) ?? []);
}

function tableOptions(invocation: Invocation, mapping: Mapping | undefined, withKind: boolean): TableOptions {
  const { flags } = invocation;
  const kind = (mapping?.kind ?? '').toLowerCase();
  const prefix = mapping === undefined || mapping.group === '' ? kind : `${kind}.${mapping.group}`;
  return {
    noHeaders: flags.bool('no-headers'),
    wide: flags.string('output') === 'wide',
    withNamespace: flags.bool('all-namespaces') && mapping?.namespaced !== false,
    ...((withKind || flags.bool('show-kind')) && mapping !== undefined ? { kindPrefix: prefix } : {}),
    labelColumns: flags.list('label-columns'),
    showLabels: flags.bool('show-labels'),
  };
}

/** The printer for everything that is no table. @throws Failure */
function* genericPrinter(invocation: Invocation): Routine<Printer> {
  const { flags } = invocation;
  const output = flags.string('output');
  const format = flags.string('template') !== '' && output === '' ? 'go-template' : output;
  const printer =
    (yield* templatePrinter(invocation, format)) ??
    structuredPrinter(format, flags.bool('show-managed-fields')) ??
    customColumnsPrinter(invocation, format) ??
    namePrinter(format, '') ??
    noPrinter(format, [...JSON_YAML_FORMATS, ...NAME_FORMATS, ...TEMPLATE_FORMATS, ...CUSTOM_COLUMNS_FORMATS, 'wide']);
  const sortField = flags.string('sort-by');
  return sortField === '' ? printer : (object, event) => printer(sortAny(object, sortField), event);
}

/** -o yaml and the like: one object as itself, several as a List. */
function* printGeneric(invocation: Invocation, selected: Selection): Routine {
  const { infos, failure } = yield* selected.infos();
  const single = selected.singleItemImplied;
  if (failure !== undefined && single) throw unwrapped(failure);
  if (infos.length === 0 && invocation.flags.bool('ignore-not-found')) {
    if (failure !== undefined) throw aggregate([failure]) ?? failure;
    return;
  }
  const printer = yield* genericPrinter(invocation);
  const [first] = infos;
  let object: KubeObject;
  if (single && infos.length === 1 && first?.object !== undefined) object = first.object;
  else
    object = listOf(
      infos.flatMap(({ object }) => (object === undefined ? [] : [object])),
      '',
    );
  if (isList(object)) object = listOf(listItems(object), object.metadata?.resourceVersion ?? '');
  let text = '';
  const errors: Failure[] = failure === undefined ? [] : [failure];
  try {
    text = printer(object);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error instanceof PrintFailure) text = error.written;
    errors.push(error);
  }
  yield* invocation.out(text);
  const failed = aggregate(errors);
  if (failed !== undefined) throw failed;
}

function listOf(items: readonly KubeObject[], resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion }, items: [...items] };
}

function* getRaw(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  const raw = flags.string('raw');
  if (args.length > 0) throw new Failure('arguments may not be passed when --raw is specified');
  if (flags.bool('watch') || flags.bool('watch-only') || flags.string('selector') !== '')
    throw new Failure('--raw may not be specified with other flags that filter the server request or alter the output');
  if (flags.string('output') !== '') throw new Failure('--raw and --output are mutually exclusive');
  if (!/^(\/|[a-zA-Z][a-zA-Z0-9+.-]*:)/.test(raw))
    throw new Failure(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
  const [path = '', search = ''] = raw.replace(/^[a-z]+:\/\/[^/]*/, '').split('?');
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    query[name] ??= [];
    query[name].push(value);
  }
  const response = yield* invocation.client.request('GET', path, { query });
  if (response.stream !== undefined) {
    yield* streamRaw(invocation, response.stream);
    return;
  }
  const { body } = response;
  yield* invocation.out(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
}

function* streamRaw(invocation: Invocation, stream: ApiStream): Routine {
  const reader = new StreamReader(stream);
  try {
    for (;;) {
      const item = yield* invocation.context.interrupted(reader.next(), 'SIGINT');
      if (item === undefined) return;
      yield* invocation.out(typeof item === 'string' ? item : `${JSON.stringify(item)}\n`);
    }
  } finally {
    reader.close();
  }
}

/** -w: what is there, then a line (or an object) for each change, until Ctrl-C. */
function* watch(invocation: Invocation, args: readonly string[]): Routine {
  const { flags } = invocation;
  const selected = yield* selection(invocation, args, true);
  const { infos } = yield* selected.infos();
  if (new Set(infos.map(({ mapping }) => kindKey(mapping))).size > 1)
    throw new Failure(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    );
  const [info] = infos;
  if (info?.mapping === undefined || info.object === undefined)
    throw new Failure(
      'watch is only supported on individual resources and resource collections - 0 resources were found',
    );
  const { mapping, object } = info;
  const print = yield* watchPrinter(invocation, mapping);
  const list = isList(object) || (isTable(object) && info.name === '');
  const events = flags.bool('output-watch-events');
  if (!flags.bool('watch-only')) {
    const objects = isList(object) && !isTable(object) ? listItems(object) : [object];
    for (const one of objects) yield* invocation.out(print(one, events ? 'ADDED' : undefined));
  }
  const target = selected.watched ?? { mapping, namespace: info.namespace, name: info.name };
  const fieldSelector = [
    flags.string('field-selector'),
    target.name === undefined ? '' : `metadata.name=${target.name}`,
  ]
    .filter((part) => part !== '')
    .join(',');
  const response = yield* invocation.client.request('GET', resourcePath(target.mapping, target.namespace), {
    ...(isHuman(invocation) && flags.bool('server-print') ? { accept: TABLE_ACCEPT } : {}),
    query: {
      fieldSelector: fieldSelector === '' ? undefined : fieldSelector,
      labelSelector: flags.string('selector') === '' ? undefined : flags.string('selector'),
      resourceVersion: list ? (info.resourceVersion ?? '') : '0',
      watch: 'true',
    },
  });
  if (response.stream === undefined) throw new Failure('unable to watch: the server sent no stream');
  const reader = new StreamReader(response.stream);
  // A watch of one object begins with the object itself, which is printed already.
  let skip = !list;
  try {
    for (;;) {
      const item = yield* invocation.context.interrupted(reader.next(), 'SIGINT');
      if (item === undefined) return;
      const event = item as { type: string; object: KubeObject };
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'ERROR') throw new StatusFailure(event.object as never);
      if (!skip) yield* invocation.out(print(event.object, events ? event.type : undefined));
      skip = false;
    }
  } finally {
    reader.close();
  }
}

function* watchPrinter(
  invocation: Invocation,
  mapping: Mapping,
): Routine<(object: KubeObject, event: string | undefined) => string> {
  const sortField = invocation.flags.string('sort-by');
  if (!isHuman(invocation)) return yield* genericPrinter(invocation);
  const printer = new TablePrinter(tableOptions(invocation, mapping, false), () => invocation.now);
  const writer = new TabWriter();
  return (object, event) => {
    printer.print(sortField === '' ? object : sortAny(object, sortField), writer, event);
    return writer.flush();
  };
}
