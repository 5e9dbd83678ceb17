/** What real programs printed for commands in a folder of these files; made by scripts/record-everyday.ts. */
export interface Recorded {
  /** Text by path below the working folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly argv: readonly string[];
    readonly stdout: string;
    readonly stderr: string;
    readonly status: number;
  }[];
}
