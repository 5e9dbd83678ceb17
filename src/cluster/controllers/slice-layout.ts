import { same } from '../api/server.ts';
import type { EndpointSlice, KubeObject } from '../api/types.ts';

export type SliceObject = EndpointSlice & KubeObject;
export type SliceEndpoint = EndpointSlice['endpoints'][number];
export type SlicePort = NonNullable<EndpointSlice['ports']>[number];

/** The most endpoints of one slice (--max-endpoints-per-slice). */
const PER_SLICE = 100;

/** One slice as it should be. */
interface Page {
  /** As it is stored; undefined for one that is to be made. */
  slice: SliceObject | undefined;
  /** By the pod's uid (or the address, for what is no pod). */
  readonly endpoints: Map<string, SliceEndpoint>;
  ports: readonly SlicePort[];
  group: string;
  changed: boolean;
}

export interface SlicePlan {
  readonly update: readonly { slice: SliceObject; endpoints: SliceEndpoint[]; ports: readonly SlicePort[] }[];
  readonly create: readonly {
    endpoints: SliceEndpoint[];
    ports: readonly SlicePort[];
    /** Must be called with what was stored. */
    created(slice: SliceObject): void;
  }[];
  readonly remove: readonly SliceObject[];
}

/**
 * Which endpoint is in which slice of a Service. An endpoint stays where it is; a new one goes into a slice that changes
 * anyway, or one with room, before a new slice is made (pkg/endpointslice, reconcileByPortMapping): each slice that is
 * written goes to every node of the cluster.
 */
export class SliceLayout {
  private readonly pages = new Set<Page>();
  private readonly pageOf = new Map<string, Page>();
  /** Endpoints that have no page yet, by their ports. */
  private readonly fresh = new Map<string, { ports: readonly SlicePort[]; endpoints: Map<string, SliceEndpoint> }>();

  constructor(slices: readonly SliceObject[]) {
    for (const slice of slices) {
      const ports = slice.ports ?? [];
      const page: Page = { slice, endpoints: new Map(), ports, group: groupOf(ports), changed: false };
      this.pages.add(page);
      for (const endpoint of slice.endpoints ?? []) {
        const id = idOf(endpoint);
        page.endpoints.set(id, endpoint);
        this.pageOf.set(id, page);
      }
    }
  }

  *endpoints(): Iterable<SliceEndpoint> {
    for (const page of this.pages) yield* page.endpoints.values();
  }

  put(id: string, endpoint: SliceEndpoint, ports: readonly SlicePort[]): void {
    const group = groupOf(ports);
    const page = this.pageOf.get(id);
    if (page?.group === group) {
      if (same(page.endpoints.get(id), endpoint)) return;
      page.endpoints.set(id, endpoint);
      page.changed = true;
      return;
    }
    this.remove(id);
    const fresh = this.fresh.get(group);
    if (fresh === undefined) this.fresh.set(group, { ports, endpoints: new Map([[id, endpoint]]) });
    else fresh.endpoints.set(id, endpoint);
  }

  remove(id: string): void {
    const page = this.pageOf.get(id);
    if (page !== undefined) {
      page.endpoints.delete(id);
      page.changed = true;
      this.pageOf.delete(id);
    }
    for (const fresh of this.fresh.values()) fresh.endpoints.delete(id);
  }

  /** What to write so that the stored slices are as they should be; `current` tells of one whether its labels are right. */
  plan(current: (slice: SliceObject) => boolean): SlicePlan {
    for (const page of this.pages) if (page.slice !== undefined && !current(page.slice)) page.changed = true;
    for (const [group, { ports, endpoints }] of this.fresh) this.place(group, ports, endpoints);
    this.fresh.clear();
    const empty: Page[] = [];
    const made: Page[] = [];
    for (const page of this.pages) {
      if (page.endpoints.size === 0) empty.push(page);
      else if (page.slice === undefined) made.push(page);
    }
    // A Service without endpoints has one empty slice.
    if (empty.length === this.pages.size) this.keepPlaceholder(empty, made);
    // A slice that would be deleted is used again for one that would be made.
    while (empty.length > 0 && made.length > 0) {
      const [old, page] = [empty.pop(), made.shift()];
      if (old === undefined || page === undefined) break;
      page.slice = old.slice;
      page.changed = true;
      this.pages.delete(old);
    }
    for (const page of empty) this.pages.delete(page);
    const update = [];
    for (const page of this.pages) {
      if (page.slice === undefined || !page.changed) continue;
      page.changed = false;
      update.push({ slice: page.slice, endpoints: [...page.endpoints.values()], ports: page.ports });
    }
    return {
      update,
      create: made.map((page) => ({
        endpoints: [...page.endpoints.values()],
        ports: page.ports,
        created: (slice: SliceObject) => {
          page.slice = slice;
          page.changed = false;
        },
      })),
      remove: empty.flatMap((page) => page.slice ?? []),
    };
  }

  /** A slice was stored anew. */
  written(old: SliceObject, now: SliceObject): void {
    for (const page of this.pages) if (page.slice === old) page.slice = now;
  }

  private keepPlaceholder(empty: Page[], made: Page[]): void {
    const stays =
      empty.find((page) => page.slice !== undefined && page.ports.length === 0) ??
      empty.find((page) => page.slice !== undefined);
    if (stays === undefined) {
      const page: Page = { slice: undefined, endpoints: new Map(), ports: [], group: groupOf([]), changed: true };
      this.pages.add(page);
      made.push(page);
      return;
    }
    empty.splice(empty.indexOf(stays), 1);
    if (stays.ports.length === 0) return;
    stays.ports = [];
    stays.group = groupOf([]);
    stays.changed = true;
  }

  private place(group: string, ports: readonly SlicePort[], endpoints: Map<string, SliceEndpoint>): void {
    const rest = [...endpoints];
    const fill = (page: Page) => {
      while (rest.length > 0 && page.endpoints.size < PER_SLICE) {
        const [id, endpoint] = rest.pop() as [string, SliceEndpoint];
        page.endpoints.set(id, endpoint);
        this.pageOf.set(id, page);
        page.changed = true;
      }
    };
    rest.reverse();
    for (const page of this.pages) if (page.changed && page.group === group) fill(page);
    const whole = Math.floor(rest.length / PER_SLICE);
    for (let i = 0; i < whole; i++) fill(this.open(ports, group));
    if (rest.length === 0) return;
    // The fullest slice that has room for all of the rest.
    let best: Page | undefined;
    for (const page of this.pages) {
      if (page.group !== group || page.endpoints.size + rest.length > PER_SLICE) continue;
      if (best === undefined || page.endpoints.size > best.endpoints.size) best = page;
    }
    fill(best ?? this.open(ports, group));
  }

  private open(ports: readonly SlicePort[], group: string): Page {
    const page: Page = { slice: undefined, endpoints: new Map(), ports, group, changed: true };
    this.pages.add(page);
    return page;
  }
}

function groupOf(ports: readonly SlicePort[]): string {
  return JSON.stringify(
    ports.map((port) => [port.name ?? '', port.port, port.protocol ?? 'TCP', port.appProtocol ?? '']),
  );
}

function idOf(endpoint: SliceEndpoint): string {
  return endpoint.targetRef?.uid ?? endpoint.addresses[0] ?? '';
}
