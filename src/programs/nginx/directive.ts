/** One directive of an nginx configuration, with its block if it has one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** A configuration that nginx refuses; the message is what follows `[emerg] `. */
export class ConfigError extends Error {}
