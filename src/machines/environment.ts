/**
 * The variables of one process on top of others that many share: those of a thousand Services, which every pod of a namespace
 * has. A Map in every respect; what is shared is never changed.
 */
export class Environment extends Map<string, string> {
  private readonly shared: ReadonlyMap<string, string>;
  private readonly unset = new Set<string>();

  constructor(shared: ReadonlyMap<string, string>) {
    super();
    this.shared = shared;
  }

  /** Another one with the same variables, to be changed apart from this one. */
  copy(): Environment {
    const made = new Environment(this.shared);
    for (const [name, value] of super.entries()) made.set(name, value);
    for (const name of this.unset) made.delete(name);
    return made;
  }

  override get(name: string): string | undefined {
    return super.get(name) ?? (this.unset.has(name) ? undefined : this.shared.get(name));
  }

  override has(name: string): boolean {
    return super.has(name) || (this.shared.has(name) && !this.unset.has(name));
  }

  override set(name: string, value: string): this {
    // The constructor of Map sets nothing here, as it is given nothing.
    this.unset.delete(name);
    return super.set(name, value);
  }

  override delete(name: string): boolean {
    const there = this.has(name);
    super.delete(name);
    if (this.shared.has(name)) this.unset.add(name);
    return there;
  }

  override clear(): void {
    super.clear();
    for (const name of this.shared.keys()) this.unset.add(name);
  }

  override get size(): number {
    let size = this.shared.size - this.unset.size;
    for (const name of super.keys()) if (!this.shared.has(name)) size++;
    return size;
  }

  override *entries(): MapIterator<[string, string]> {
    yield* super.entries();
    for (const entry of this.shared) if (!super.has(entry[0]) && !this.unset.has(entry[0])) yield entry;
  }

  override *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  override *values(): MapIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  override forEach(run: (value: string, name: string, map: Map<string, string>) => void): void {
    for (const [name, value] of this.entries()) run(value, name, this);
  }
}

/** A copy of variables that may be changed. */
export function copyOf(variables: ReadonlyMap<string, string>): Map<string, string> {
  return variables instanceof Environment ? variables.copy() : new Map(variables);
}
