/**
 * A set of paths into an object (structured-merge-diff, fieldpath). Path elements are written as in `fieldsV1`: `f:name` a field,
 * `k:{"name":"x"}` an item by its keys, `v:"x"` an item of a set.
 */
export class FieldSet {
  readonly members: Set<string>;
  readonly children: Map<string, FieldSet>;

  constructor(members: Iterable<string> = [], children: Iterable<readonly [string, FieldSet]> = []) {
    this.members = new Set(members);
    this.children = new Map();
    for (const [element, child] of children) if (!child.empty) this.children.set(element, child);
  }

  get empty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  insert(path: readonly string[]): void {
    const [first, ...rest] = path;
    if (first === undefined) return;
    if (rest.length === 0) {
      this.members.add(first);
      return;
    }
    let child = this.children.get(first);
    if (child === undefined) {
      child = new FieldSet();
      this.children.set(first, child);
    }
    child.insert(rest);
  }

  union(other: FieldSet): FieldSet {
    const children = new Map(this.children);
    for (const [element, child] of other.children) {
      const own = children.get(element);
      children.set(element, own === undefined ? child : own.union(child));
    }
    return new FieldSet([...this.members, ...other.members], children);
  }

  intersection(other: FieldSet): FieldSet {
    const children: [string, FieldSet][] = [];
    for (const [element, child] of this.children) {
      const there = other.children.get(element);
      if (there !== undefined) children.push([element, child.intersection(there)]);
    }
    return new FieldSet(
      [...this.members].filter((element) => other.members.has(element)),
      children,
    );
  }

  /** Paths that the other set does not have. */
  difference(other: FieldSet): FieldSet {
    const children: [string, FieldSet][] = [];
    for (const [element, child] of this.children) {
      const there = other.children.get(element);
      children.push([element, there === undefined ? child : child.difference(there)]);
    }
    return new FieldSet(
      [...this.members].filter((element) => !other.members.has(element)),
      children,
    );
  }

  /** Without a path and everything below it. */
  without(path: readonly string[]): FieldSet {
    const [first, ...rest] = path;
    if (first === undefined) return this;
    const children = new Map(this.children);
    const child = children.get(first);
    if (rest.length === 0) {
      children.delete(first);
      return new FieldSet(
        [...this.members].filter((element) => element !== first),
        children,
      );
    }
    if (child !== undefined) children.set(first, child.without(rest));
    return new FieldSet(this.members, children);
  }

  /** Every path, in the order of its elements. */
  *paths(prefix: readonly string[] = []): Iterable<readonly string[]> {
    for (const element of [...new Set([...this.members, ...this.children.keys()])].sort()) {
      if (this.members.has(element)) yield [...prefix, element];
      yield* this.children.get(element)?.paths([...prefix, element]) ?? [];
    }
  }

  /** The form of `fieldsV1`. */
  toFieldsV1(): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const element of [...new Set([...this.members, ...this.children.keys()])].sort()) {
      const child = this.children.get(element);
      if (child === undefined) made[element] = {};
      else made[element] = { ...(this.members.has(element) ? { '.': {} } : {}), ...child.toFieldsV1() };
    }
    return made;
  }

  static fromFieldsV1(fields: unknown): FieldSet {
    const set = new FieldSet();
    if (typeof fields !== 'object' || fields === null) return set;
    for (const [element, below] of Object.entries(fields)) {
      if (element === '.') continue;
      const child = FieldSet.fromFieldsV1(below);
      const own = typeof below === 'object' && below !== null && '.' in below;
      if (child.empty || own) set.members.add(element);
      if (!child.empty) set.children.set(element, child);
    }
    return set;
  }
}

/** `.spec.containers[name="web"].image`: a path as messages show it. */
export function pathText(path: readonly string[]): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys = JSON.parse(rest) as Record<string, unknown>;
      return `[${Object.keys(keys)
        .sort()
        .map((key) => `${key}=${JSON.stringify(keys[key])}`)
        .join(',')}]`;
    })
    .join('');
}
