import type { ListOptions, ResourceClient } from './client.ts';
import { filtered, type ListFilter } from './list-filter.ts';
import type { ApiServer } from './server.ts';
import type { Scope, Shelf } from './store.ts';
import type { KubeObject } from './types.ts';

/** The in-process client of one resource; writes are in `manager`'s name. */
export function localClient(server: ApiServer, shelf: Shelf, manager: string | undefined): ResourceClient {
  const { registry } = server;
  const named = <T extends { readonly fieldManager?: string }>(options: T | undefined): T =>
    (manager === undefined || options?.fieldManager !== undefined
      ? (options ?? {})
      : { ...options, fieldManager: manager }) as T;
  return {
    get: (name, namespace) => registry.get(shelf, name, namespace),
    find: (name, namespace) => shelf.get(name, shelf.kind.namespaced ? (namespace ?? '') : ''),
    list: (options) => server.list(shelf, options),
    ownedBy: (uid) => shelf.ownedBy(uid),
    onNode: (node) => shelf.onNode(node),
    create: (object, options) => registry.create(shelf, object, object.metadata?.namespace, named(options)),
    update: (object, options) =>
      registry.update(shelf, object, object.metadata?.name ?? '', object.metadata?.namespace, named(options)),
    updateStatus: (object, options) =>
      registry.update(shelf, object, object.metadata?.name ?? '', object.metadata?.namespace, {
        ...named(options),
        subresource: 'status',
      }),
    patch: (name, namespace, type, body, options) =>
      server.patch(shelf, name, namespace, type, body, named(options)).object,
    delete: (name, namespace, options) => {
      server.delete(shelf, name, namespace, options);
    },
    watch: (handler, options) => {
      const filter = options === undefined ? undefined : server.filter(shelf, options);
      for (const object of server.list(shelf, options)) handler({ type: 'ADDED', object }, undefined);
      if (filter === undefined) return shelf.subscribe(handler);
      return shelf.subscribe(
        (event, previous) => {
          const made = filtered(event, previous, filter.fits);
          if (made !== undefined) handler(made, previous);
        },
        scopeOf(filter, options),
      );
    },
  };
}

/** The narrowest set of changes that a watch needs to look at. */
export function scopeOf(filter: ListFilter | undefined, options: ListOptions | undefined): Scope {
  if (filter?.node !== undefined) return { node: filter.node };
  if (filter?.name !== undefined && options?.namespace !== undefined)
    return { key: `${options.namespace}/${filter.name}` };
  return {};
}

/** Copies of a client for each resource are kept, as they are asked for again and again. */
export function clientsOf(server: ApiServer, manager?: string) {
  const clients = new Map<string, ResourceClient>();
  return {
    resource: <T extends KubeObject>(plural: string, group = ''): ResourceClient<T> => {
      const key = `${group}/${plural}`;
      let client = clients.get(key);
      if (client === undefined) {
        client = localClient(server, server.shelf(plural, group), manager);
        clients.set(key, client);
      }
      return client as unknown as ResourceClient<T>;
    },
  };
}
