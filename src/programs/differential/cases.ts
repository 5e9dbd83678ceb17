/** One line of a corpus, and what the real bash did with it in an empty folder. */
export interface ShellCase {
  readonly line: string;
  readonly output: string;
  readonly status: number;
}

/** A line that is known to differ, and why. */
export interface KnownDifference {
  readonly line: string;
  readonly reason: string;
}

/** The lines of a corpus; each is a whole script. */
export function parseLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
