import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { aggregate, Failure, Failures, PlainFailure, StatusFailure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';
import { compactJson } from '../print/json.ts';
import { groupResource, type Mapping, NoKindMatch, type RestMapper, resourcePath } from '../rest/mapper.ts';
import { fetchInfo, groupOf, isList, isNamespaced, listItems, type ResourceInfo, versionOf } from './info.ts';
import { parseSelector } from './labels.ts';
import { type FilenameOptions, type ManifestFile, manifestFiles, readManifests } from './manifests.ts';

/** What a command line selects, in the terms of cli-runtime's resource.Builder. */
export interface SelectionOptions {
  /** TYPE NAME, TYPE/NAME, TYPE1,TYPE2 ... */
  readonly args?: readonly string[];
  readonly filename?: FilenameOptions;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly selectAll?: boolean;
  /** A type alone means all of it (get, describe). */
  readonly allowEmptySelector?: boolean;
  readonly namespace: string;
  /** --namespace was given: objects of files must not name another. */
  readonly requireNamespace?: boolean;
  readonly allNamespaces?: boolean;
  readonly subresource?: string;
  readonly chunkSize?: number;
  /** Lists are taken apart. */
  readonly flatten?: boolean;
  /** Objects of files are fetched anew. */
  readonly latest?: boolean;
  readonly continueOnError?: boolean;
  /** Infos without an object are not fetched. */
  readonly withoutObject?: boolean;
  readonly singleResourceType?: boolean;
  readonly local?: boolean;
  /** Manifests without kind or apiVersion are refused first, as --validate does. */
  readonly validate?: boolean;
  readonly stdinInUse?: boolean;
  /** For GET requests. */
  readonly accept?: string;
  readonly includeObject?: boolean;
  readonly ignoreNotFound?: boolean;
}

/** The command line named nothing. */
export const MISSING_RESOURCE = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

type Source =
  | { readonly type: 'list'; readonly mapping: Mapping; readonly namespace: string }
  | { readonly type: 'name'; readonly info: ResourceInfo }
  | { readonly type: 'file'; readonly file: ManifestFile };

export type Visitor = (info: ResourceInfo) => Routine<void>;

/** Resolves a command line to what it selects. Errors that need no look at the objects are thrown. @throws Failure */
export function* select(invocation: Invocation, options: SelectionOptions): Routine<Selection> {
  const errors: Failure[] = [];
  const files = manifestFiles(
    invocation.context,
    options.filename ?? { filenames: [], kustomize: '', recursive: false },
    options.stdinInUse,
  );
  errors.push(...files.errors);
  const words = normalise(options.args ?? []);
  const tuples: { type: string; name: string }[] = [];
  let types: string[] = [];
  let names: string[] = [];
  let everything = options.selectAll === true;
  if (options.selectAll === true && ((options.labelSelector ?? '') !== '' || (options.fieldSelector ?? '') !== ''))
    errors.push(new Failure("setting 'all' parameter but found a non empty selector. "));
  const slashes = words.filter((word) => word.includes('/')).length;
  if (slashes > 0 && slashes < words.length)
    errors.push(
      new Failure(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      ),
    );
  else if (slashes > 0) {
    for (const word of words) {
      const parts = word.split('/');
      const [type = '', name = ''] = parts;
      if (parts.length !== 2) {
        errors.push(new Failure('arguments in resource/name form may not have more than one slash'));
        break;
      }
      if (type === '' || name === '' || uniqueParts(type).length !== 1) {
        errors.push(new Failure('arguments in resource/name form must have a single resource and name'));
        break;
      }
      tuples.push({ type, name });
    }
  } else if (words.length > 0) {
    const mapper = yield* invocation.mapper();
    const expanded = (words[0] ?? '').split(',').map((type) => mapper.category(type)?.join(',') ?? type);
    types = uniqueParts(expanded.join(','));
    names = words.slice(1);
    if (words.length === 1 && (options.labelSelector ?? '') === '' && options.allowEmptySelector === true)
      everything = true;
  }
  if (errors.length > 0) throw aggregate(errors) ?? new Failure('');

  const bySelector = everything || (options.labelSelector ?? '') !== '' || (options.fieldSelector ?? '') !== '';
  const selection = (sources: Source[], implied: boolean, single: boolean, byName = false) =>
    new Selection(invocation, options, sources, implied, single, byName);
  if (files.files.length > 0) {
    if (types.length > 0)
      throw new Failure(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    if (names.length > 0) throw new Failure('name cannot be provided when a path is specified');
    if (tuples.length > 0) throw new Failure('resource/name arguments cannot be provided when a path is specified');
    if ((options.labelSelector ?? '') !== '') {
      try {
        parseSelector(options.labelSelector ?? '');
      } catch (error) {
        if (error instanceof SyntaxError)
          throw new Failure(
            `the provided selector ${goQuote(options.labelSelector ?? '')} is not valid: ${error.message}`,
          );
        throw error;
      }
    }
    return selection(
      files.files.map((file) => ({ type: 'file', file })),
      !files.directory && !files.stdin && files.files.length === 1,
      true,
    );
  }
  if (bySelector) {
    if (names.length > 0) throw new Failure('name cannot be provided when a selector is specified');
    if (tuples.length > 0)
      throw new Failure('selectors and the all flag cannot be used when passing resource/name arguments');
    if (types.length === 0) throw new Failure('at least one resource must be specified to use a selector');
    if ((options.subresource ?? '') !== '')
      throw new Failure('subresource cannot be used when bulk resources are specified');
    const mappings = yield* mappingsOf(invocation, types, options);
    return selection(
      mappings.map((mapping) => ({
        type: 'list',
        mapping,
        namespace: mapping.namespaced && options.allNamespaces !== true ? options.namespace : '',
      })),
      false,
      false,
    );
  }
  if (tuples.length > 0) {
    const mapper = yield* invocation.mapper();
    const mappings = new Map<string, Mapping>();
    for (const { type } of tuples) if (!mappings.has(type)) mappings.set(type, mapper.mappingFor(type));
    if (options.singleResourceType === true && new Set([...mappings.values()].map(groupResource)).size > 1)
      throw new Failure('you may only specify a single resource type');
    return selection(
      tuples.map(({ type, name }) => named(mappings.get(type) ?? mapper.mappingFor(type), name, options)),
      tuples.length === 1,
      true,
    );
  }
  if (names.length > 0) {
    if (types.length === 0) throw new Failure('you must provide a resource and a resource name together');
    if (types.length > 1) throw new Failure('you must specify only one resource');
    const [mapping] = yield* mappingsOf(invocation, types, options);
    if (mapping === undefined) throw new Failure('you must specify only one resource');
    return selection(
      names.map((name) => named(mapping, name, options)),
      names.length === 1,
      true,
      true,
    );
  }
  if (types.length > 0) {
    yield* mappingsOf(invocation, types, options);
    throw new Failure('resource(s) were provided, but no name was specified');
  }
  throw new Failure(MISSING_RESOURCE);
}

function named(mapping: Mapping, name: string, options: SelectionOptions): Source {
  if (mapping.namespaced && (options.allNamespaces === true || options.namespace === ''))
    throw new Failure(
      options.allNamespaces === true
        ? 'a resource cannot be retrieved by name across all namespaces'
        : 'namespace may not be empty when retrieving a resource by name',
    );
  const info: ResourceInfo = { mapping, name, namespace: mapping.namespaced ? options.namespace : '' };
  if ((options.subresource ?? '') !== '') info.subresource = options.subresource ?? '';
  return { type: 'name', info };
}

function* mappingsOf(
  invocation: Invocation,
  types: readonly string[],
  options: SelectionOptions,
): Routine<readonly Mapping[]> {
  if (types.length > 1 && options.singleResourceType === true)
    throw new Failure('you may only specify a single resource type');
  const mapper = yield* invocation.mapper();
  const mappings = new Map<string, Mapping>();
  for (const type of types) {
    const mapping = mapper.mappingFor(type);
    const key = `${mapping.group}/${mapping.version}/${mapping.kind}`;
    if (!mappings.has(key)) mappings.set(key, mapping);
  }
  return [...mappings.values()];
}

/** `pods,svc a b` is `pods/a pods/b svc/a svc/b`. */
function normalise(args: readonly string[]): readonly string[] {
  const types = uniqueParts(args[0] ?? '');
  if (args.length < 2 || types.length < 2) return args;
  return types.flatMap((type) => args.slice(1).map((name) => `${type}/${name}`));
}

function uniqueParts(text: string): string[] {
  return [...new Set(text.split(','))];
}

/** The objects that a command line names, visited one after the other. */
export class Selection {
  /** One object, named alone: printed as itself, not as a list. */
  readonly singleItemImplied: boolean;
  /** Objects were asked for by name or file. */
  readonly targetsSingleItems: boolean;
  private readonly invocation: Invocation;
  private readonly options: SelectionOptions;
  private readonly sources: readonly Source[];
  private readonly byName: boolean;

  constructor(
    invocation: Invocation,
    options: SelectionOptions,
    sources: readonly Source[],
    singleItemImplied: boolean,
    targetsSingleItems: boolean,
    byName = false,
  ) {
    this.invocation = invocation;
    this.options = options;
    this.sources = sources;
    this.singleItemImplied = singleItemImplied;
    this.targetsSingleItems = targetsSingleItems;
    this.byName = byName;
  }

  /** All of them, with the failure of those that could not be had. Without continueOnError the first failure is thrown. */
  *infos(): Routine<{ readonly infos: ResourceInfo[]; readonly failure: Failure | undefined }> {
    const infos: ResourceInfo[] = [];
    const visit = function* (info: ResourceInfo): Routine {
      yield* [];
      infos.push(info);
    };
    if (this.options.continueOnError !== true) {
      yield* this.visit(visit);
      return { infos, failure: undefined };
    }
    try {
      yield* this.visit(visit);
    } catch (error) {
      if (error instanceof Failure) return { infos, failure: this.nested(error) };
      throw error;
    }
    return { infos, failure: undefined };
  }

  /**
   * The real builder hands out an aggregate even of one failure, unless the objects were named after their type. A command
   * that aggregates it again prints it without the `error: ` prefix.
   */
  private nested(failure: Failure): Failure {
    return failure instanceof Failures || this.byName ? failure : new Failures([failure]);
  }

  /** Calls `visitor` for each object. @throws Failure the first, or with continueOnError all of them in the end. */
  *visit(visitor: Visitor): Routine {
    const failures: Failure[] = [];
    const guarded = (work: Routine) => this.guard(work, failures);
    for (const source of this.sources) {
      if (source.type === 'file') yield* guarded(this.visitFile(source.file, visitor, guarded));
      else if (source.type === 'list')
        yield* guarded(this.visitList(source.mapping, source.namespace, visitor, guarded));
      else yield* guarded(this.finish({ ...source.info }, visitor));
    }
    const failure = aggregate(failures);
    if (failure !== undefined) throw failure;
  }

  /** The one list or object to watch. @throws Failure when there are several. */
  get watched(): { readonly mapping: Mapping; readonly namespace: string; readonly name?: string } | undefined {
    if (this.sources.length !== 1)
      throw new Failure('you may only watch a single resource or type of resource at a time');
    const source = this.sources[0];
    if (source === undefined || source.type === 'file') return undefined;
    if (source.type === 'list') return source;
    const { mapping, namespace, name } = source.info;
    return mapping === undefined ? undefined : { mapping, namespace, name };
  }

  private *guard(work: Routine, failures: Failure[]): Routine {
    try {
      yield* work;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const kept =
        this.options.ignoreNotFound === true
          ? (error instanceof Failures ? error.errors : [error]).filter(
              (one) => !(one instanceof StatusFailure && one.reason === 'NotFound'),
            )
          : [error];
      if (kept.length === 0) return;
      if (this.options.continueOnError !== true) throw error;
      failures.push(...kept);
    }
  }

  private *visitList(
    mapping: Mapping,
    namespace: string,
    visitor: Visitor,
    guarded: (work: Routine) => Routine,
  ): Routine {
    const { labelSelector = '', fieldSelector = '', chunkSize = 0, accept, includeObject } = this.options;
    let continuation: string | undefined;
    do {
      let list: KubeObject;
      try {
        list = (yield* this.invocation.client.get(resourcePath(mapping, namespace), {
          ...(accept === undefined ? {} : { accept }),
          query: {
            continue: continuation,
            fieldSelector: fieldSelector === '' ? undefined : fieldSelector,
            includeObject: includeObject === true ? 'Object' : undefined,
            labelSelector: labelSelector === '' ? undefined : labelSelector,
            limit: chunkSize > 0 ? String(chunkSize) : undefined,
          },
        })) as KubeObject;
      } catch (error) {
        throw enhanceListError(error, mapping, labelSelector, fieldSelector);
      }
      const info: ResourceInfo = {
        mapping,
        namespace,
        name: '',
        object: list,
        resourceVersion: list.metadata?.resourceVersion ?? '',
      };
      if (this.options.flatten === true && isList(list)) {
        for (const item of listItems(list)) {
          const one: ResourceInfo = {
            mapping: (yield* this.invocation.mapper()).mappingForKind(
              item.kind ?? '',
              groupOf(item.apiVersion ?? ''),
              versionOf(item.apiVersion ?? ''),
            ),
            namespace: item.metadata?.namespace ?? '',
            name: item.metadata?.name ?? '',
            object: item,
            resourceVersion: info.resourceVersion ?? '',
          };
          yield* guarded(this.finish(one, visitor));
        }
      } else yield* guarded(this.finish(info, visitor));
      continuation = (list.metadata as { continue?: string } | undefined)?.continue;
    } while (continuation !== undefined && continuation !== '');
  }

  private *visitFile(file: ManifestFile, visitor: Visitor, guarded: (work: Routine) => Routine): Routine {
    const { labelSelector = '', local } = this.options;
    const matches = labelSelector === '' ? undefined : parseSelector(labelSelector);
    for (const document of yield* readManifests(file)) {
      if (this.options.validate === true) checkKind(document, file.source);
      const objects = decode(document, file.source, this.options.flatten === true);
      for (const object of objects) {
        const info: ResourceInfo = {
          mapping: undefined,
          namespace: object.metadata?.namespace ?? '',
          name: object.metadata?.name ?? '',
          source: file.source,
          object,
          resourceVersion: object.metadata?.resourceVersion ?? '',
        };
        yield* guarded(
          function* (this: Selection): Routine {
            if (local !== true) info.mapping = mappingOf(yield* this.invocation.mapper(), info);
            if (this.options.latest === true) {
              this.setNamespace(info);
              if (info.name !== '') yield* fetchInfo(this.invocation.client, info, this.options.accept);
            }
            if (matches !== undefined && !matches(info.object?.metadata?.labels ?? {})) return;
            yield* this.finish(info, visitor);
          }.call(this),
        );
      }
    }
  }

  private setNamespace(info: ResourceInfo): void {
    if (!isNamespaced(info) || info.namespace !== '' || this.options.allNamespaces === true) return;
    info.namespace = this.options.namespace;
    putNamespace(info);
  }

  /** Namespace, then the object itself if it is not there yet. */
  private *finish(info: ResourceInfo, visitor: Visitor): Routine {
    this.setNamespace(info);
    if (this.options.requireNamespace === true && isNamespaced(info) && info.namespace !== this.options.namespace)
      throw new Failure(
        `the namespace from the provided object ${goQuote(info.namespace)} does not match the namespace ${goQuote(this.options.namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
      );
    if (info.mapping !== undefined && !info.mapping.namespaced && info.namespace !== '') {
      info.namespace = '';
      putNamespace(info);
    }
    if (this.options.withoutObject !== true && info.object === undefined)
      yield* fetchInfo(this.invocation.client, info, this.options.accept);
    yield* visitor(info);
  }
}

/** Writes the info's namespace into its object, on a copy. */
function putNamespace(info: ResourceInfo): void {
  if (info.object === undefined || info.object.kind === 'Table' || isList(info.object)) return;
  const { namespace: _, ...metadata } = info.object.metadata ?? {};
  info.object = {
    ...info.object,
    metadata: info.namespace === '' ? metadata : { ...metadata, namespace: info.namespace },
  };
}

function mappingOf(mapper: RestMapper, info: ResourceInfo): Mapping {
  const { apiVersion = '', kind = '' } = info.object ?? {};
  try {
    return mapper.mappingForKind(kind, groupOf(apiVersion), versionOf(apiVersion));
  } catch (error) {
    if (error instanceof NoKindMatch)
      throw new Failure(
        `resource mapping not found for name: ${goQuote(info.name)} namespace: ${goQuote(info.namespace)} from ${goQuote(info.source ?? '')}: ${error.message}\nensure CRDs are installed first`,
      );
    throw error;
  }
}

/** What --validate looks at before anything else. */
function checkKind(document: KubeObject, source: string): void {
  const missing = [
    ...(typeof document.apiVersion === 'string' && document.apiVersion !== '' ? [] : ['apiVersion not set']),
    ...(typeof document.kind === 'string' && document.kind !== '' ? [] : ['kind not set']),
  ];
  if (missing.length > 0)
    throw new Failure(
      `error validating ${goQuote(source)}: error validating data: ${missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
}

function decode(document: KubeObject, source: string, flatten: boolean): readonly KubeObject[] {
  if (typeof document !== 'object' || Array.isArray(document))
    throw new Failure(
      `unable to decode ${goQuote(source)}: json: cannot unmarshal ${Array.isArray(document) ? 'array' : typeof document} into Go value of type unstructured.detector`,
    );
  if (typeof document.kind !== 'string' || document.kind === '')
    throw new Failure(`unable to decode ${goQuote(source)}: Object 'Kind' is missing in '${compactJson(document)}'`);
  if (!flatten || !isList(document)) return [document];
  return listItems(document).flatMap((item) => decode(item, source, flatten));
}

function enhanceListError(error: unknown, mapping: Mapping, labels: string, fields: string): unknown {
  if (!(error instanceof StatusFailure) || (error.reason !== 'BadRequest' && error.reason !== 'NotFound')) return error;
  const name = goQuote(gvrText(mapping));
  return new StatusFailure({
    ...error.answer,
    message:
      labels === '' && fields === ''
        ? `Unable to list ${name}: ${error.message}`
        : `Unable to find ${name} that match label selector ${goQuote(labels)}, field selector ${goQuote(fields)}: ${error.message}`,
  });
}

/** schema.GroupVersionResource's String: `/v1, Resource=pods`. */
function gvrText(mapping: Mapping): string {
  return `${mapping.group}/${mapping.version}, Resource=${mapping.resource}`;
}

/** Printed as it stands: for verbs that end without an error text of kubectl's own form. */
export function silentFailure(): Failure {
  return new PlainFailure('');
}
