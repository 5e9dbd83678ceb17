/** The words of a command line, taken apart: what is changed, and to what. */
export interface Pairs {
  readonly resources: readonly string[];
  readonly changes: readonly string[];
}

/** cmdutil.GetResourcesAndPairs: `KEY=VALUE` and `KEY-` after the resources. The word out of place is thrown as it is. */
export function resourcesAndPairs(args: readonly string[]): Pairs | { readonly misplaced: string } {
  const isPair = (word: string) =>
    (word.includes('=') && !word.startsWith('=')) || (word.endsWith('-') && word !== '-');
  const resources: string[] = [];
  const changes: string[] = [];
  for (const word of args) {
    if (isPair(word)) changes.push(word);
    else if (changes.length > 0) return { misplaced: word };
    else resources.push(word);
  }
  return { resources, changes };
}
