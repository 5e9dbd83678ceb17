/** A word that cannot be expanded: what bash says of it. */
export class ExpansionError extends Error {
  /** Ends a script that is not interactive (POSIX 2.8.1). */
  readonly fatal: boolean;
  readonly status: number;

  constructor(message: string, fatal = false, status = 1) {
    super(message);
    this.fatal = fatal;
    this.status = status;
  }
}
