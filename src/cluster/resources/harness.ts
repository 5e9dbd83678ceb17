/** For tests of kinds: a server with every kind, and what it says to one object. */
import { Simulation } from '../../sim/simulation.ts';
import { ApiServer } from '../api/server.ts';
import { ApiError, clone, type KubeObject } from '../api/types.ts';
import { KINDS } from './index.ts';

export class Harness {
  readonly api: ApiServer;

  constructor() {
    this.api = new ApiServer({
      sim: new Simulation({ seed: 1 }),
      kinds: KINDS,
      ranges: { serviceCIDR: '10.0.0.0/16', nodePorts: [30000, 32767] },
    });
    this.create({ kind: 'Namespace', metadata: { name: 'default' } });
  }

  private shelf(kind: string) {
    const found = KINDS.find((each) => each.kind === kind);
    if (found === undefined) throw new Error(`no kind ${kind}`);
    return this.api.shelf(found.plural, found.group);
  }

  /** Creates a copy of the object in `default`. */
  create<T extends KubeObject>(object: T, warn?: (text: string) => void): T {
    const options = warn === undefined ? {} : { warn };
    const shelf = this.shelf(object.kind ?? '');
    return this.api.create(shelf, clone(object), shelf.kind.namespaced ? 'default' : undefined, options) as T;
  }

  /** Changes the stored object. */
  update<T extends KubeObject>(object: T, change: (copy: T) => void): T {
    const shelf = this.shelf(object.kind ?? '');
    const { name = '', namespace } = object.metadata ?? {};
    const copy = clone(this.api.get(shelf, name, namespace)) as T;
    change(copy);
    return this.api.update(shelf, copy, name, namespace) as T;
  }

  /** The message with which the server refuses, without the object's name in front; undefined when it accepts. */
  refusal(action: () => unknown): string | undefined {
    try {
      action();
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.message.replace(/^.*? is invalid: /, '');
    }
  }

  /** The warnings of a creation. */
  warnings(object: KubeObject): string[] {
    const found: string[] = [];
    this.create(object, (text) => found.push(text));
    return found;
  }

  /** The cells of an object's row, under the names of their columns, wide ones too. */
  row(object: KubeObject, now = Date.parse('2026-11-20T09:00:00Z')): Record<string, unknown> {
    const { kind } = this.shelf(object.kind ?? '');
    const cells = kind.row(object, now);
    return Object.fromEntries(kind.columns.map(({ name }, index) => [name, cells[index]]));
  }
}
