import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { isNotFound } from '../errors.ts';
import type { RestClient } from '../rest/client.ts';
import { groupResource, type Mapping, resourcePath } from '../rest/mapper.ts';

/** One object that a command works on, from the command line, a file or a list (cli-runtime's resource.Info). */
export interface ResourceInfo {
  /** Undefined with --local. */
  mapping: Mapping | undefined;
  namespace: string;
  name: string;
  /** The file, URL or `STDIN` that it came from. */
  source?: string;
  /** Undefined until fetched. A list or a Table stands for many. */
  object?: KubeObject;
  resourceVersion?: string;
  subresource?: string;
}

/** `deployment.apps/my-nginx`: how kubectl names an object in its messages. */
export function infoName(info: ResourceInfo): string {
  const kind = (info.mapping?.kind ?? info.object?.kind ?? '').toLowerCase();
  const group = info.mapping?.group ?? groupOf(info.object?.apiVersion ?? '');
  return `${group === '' ? kind : `${kind}.${group}`}/${info.name}`;
}

/** `pods/x`: Info.ObjectName. */
export function objectName(info: ResourceInfo): string {
  return `${info.mapping?.resource ?? (info.object?.kind ?? '').toLowerCase()}/${info.name}`;
}

export function groupOf(apiVersion: string): string {
  const at = apiVersion.indexOf('/');
  return at < 0 ? '' : apiVersion.slice(0, at);
}

export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

export function isNamespaced(info: ResourceInfo): boolean {
  return info.mapping === undefined ? info.namespace !== '' : info.mapping.namespaced;
}

/** The object's path at the server. */
export function infoPath(info: ResourceInfo, subresource = info.subresource): string {
  if (info.mapping === undefined) throw new Error('no path without a mapping');
  return resourcePath(info.mapping, info.namespace, info.name, subresource);
}

/** Fetches the object's latest state into `info`. A missing namespace is what is reported missing. @throws StatusFailure */
export function* fetchInfo(client: RestClient, info: ResourceInfo, accept?: string): Routine {
  try {
    const object = (yield* client.get(infoPath(info), accept === undefined ? {} : { accept })) as KubeObject;
    info.object = object;
    info.resourceVersion = object.metadata?.resourceVersion ?? '';
  } catch (error) {
    if (isNotFound(error) && info.namespace !== '' && info.namespace !== 'default')
      yield* client.get(`/api/v1/namespaces/${encodeURIComponent(info.namespace)}`);
    throw error;
  }
}

/** Whether an object is a list of others (`PodList`, `List`). Tables are not. */
export function isList(object: KubeObject | undefined): boolean {
  return object !== undefined && Array.isArray(object['items']);
}

/** The items of a list, with the kind and apiVersion that the server leaves out in lists of one kind. */
export function listItems(list: KubeObject): KubeObject[] {
  const kind = (list.kind ?? '').replace(/List$/, '');
  return (list['items'] as KubeObject[]).map((item) =>
    item.kind === undefined || item.apiVersion === undefined
      ? { ...item, apiVersion: item.apiVersion ?? list.apiVersion ?? '', kind: item.kind ?? kind }
      : item,
  );
}

/** `pods "x"` in messages. */
export function resourceAndName(mapping: Mapping, name: string): string {
  return `${groupResource(mapping)} "${name}"`;
}
