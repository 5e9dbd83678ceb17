/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name for a new file that no other has: `new.yaml`, `new-2.yaml`. */
export function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'new.yaml' : `new-${number}.yaml`;
    if (!taken.includes(name)) return name;
  }
}

/** What is wrong with the name of a new file, if anything. */
export function problemWith(name: string, taken: readonly string[]): 'bad' | 'taken' | undefined {
  if (!/^[A-Za-z0-9][\w.-]{0,80}$/.test(name)) return 'bad';
  return taken.includes(name) ? 'taken' : undefined;
}
