import type { Status } from '../../cluster/api/types.ts';

/** An error that kubectl prints as `error: MESSAGE` (unless the message says so itself) before it ends with `status`. */
export class Failure extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'Failure';
    this.status = status;
  }
}

/** Printed exactly as it stands, with a newline when it has none. An empty message prints nothing (cmdutil.ErrExit). */
export class PlainFailure extends Failure {
  constructor(message: string, status = 1) {
    super(message, status);
    this.name = 'PlainFailure';
  }
}

/** The API server's failure Status: `Error from server (NotFound): pods "x" not found`. */
export class StatusFailure extends Failure {
  readonly answer: Status;

  constructor(answer: Status) {
    super(answer.message ?? '');
    this.name = 'StatusFailure';
    this.answer = answer;
  }

  get reason(): string {
    return this.answer.reason ?? '';
  }
}

/** Several errors of one command, each on its line without the `error: ` prefix (utilerrors.Aggregate). */
export class Failures extends Failure {
  readonly errors: readonly Failure[];

  constructor(errors: readonly Failure[]) {
    const texts = [...new Set(errors.map((error) => error.message))];
    super(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
    this.name = 'Failures';
    this.errors = errors;
  }
}

/** No resource of that name: printed without the `error: ` prefix (meta.NoResourceMatchError). */
export class NoResourceMatch extends PlainFailure {}

/** Nobody answered at that address (url.Error of net/http). */
export class UnreachableFailure extends Failure {
  readonly host: string;
  readonly problem: string;

  constructor(method: string, url: string, problem: string) {
    super(`${method} "${url}": ${problem}`);
    this.name = 'UnreachableFailure';
    this.host = url.replace(/^[a-z]+:\/\//, '').replace(/[/?].*$/, '');
    this.problem = problem;
  }
}

/** One failure for several, or none: an aggregate of one is that one. */
export function aggregate(errors: readonly Failure[]): Failure | undefined {
  const flat = errors.flatMap((error) => (error instanceof Failures ? error.errors : [error]));
  return flat.length <= 1 ? flat[0] : new Failures(flat);
}

/** Whether the server said that the object, or its namespace, does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StatusFailure && error.reason === 'NotFound';
}

/** cmdutil.UsageErrorf: the message, and where the examples are. */
export function usageFailure(commandPath: string, message: string): Failure {
  return new Failure(`${message}\nSee '${commandPath} -h' for help and examples`);
}

/** What kubectl writes to stderr for a failure (cmdutil.CheckErr), newline included; '' for a silent one. */
export function failureText(failure: Failure): string {
  const text = message(failure);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** cmdutil.CheckErr takes an aggregate of one apart: what prints alone prints with its prefix. */
export function unwrapped(failure: Failure): Failure {
  const [only] = failure instanceof Failures && failure.errors.length === 1 ? failure.errors : [];
  return only ?? failure;
}

function message(failure: Failure): string {
  if (failure instanceof Failures) return failure.errors.map((error) => `${oneOfSeveral(error)}\n`).join('');
  if (failure instanceof PlainFailure) return failure.message;
  if (failure instanceof StatusFailure && failure.reason === 'Invalid') return invalidText(failure.answer);
  return (
    standardText(failure) ?? (failure.message.startsWith('error: ') ? failure.message : `error: ${failure.message}`)
  );
}

function oneOfSeveral(failure: Failure): string {
  return standardText(failure) ?? failure.message;
}

/** cmdutil.StandardErrorMessage */
function standardText(failure: Failure): string | undefined {
  if (failure instanceof StatusFailure) {
    if (failure.reason === 'Unauthorized') return `error: You must be logged in to the server (${failure.message})`;
    return failure.reason === ''
      ? `Error from server: ${failure.message}`
      : `Error from server (${failure.reason}): ${failure.message}`;
  }
  if (failure instanceof UnreachableFailure) {
    return failure.problem.includes('connection refused')
      ? `The connection to the server ${failure.host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${failure.problem}`;
  }
  return undefined;
}

function invalidText(status: Status): string {
  const { details } = status;
  if (details === undefined)
    return `The request is invalid${status.message === undefined || status.message === '' ? '' : `: ${status.message}`}`;
  const kind = details.kind ?? '';
  const name = details.name ?? '';
  const causes = details.causes ?? [];
  let text = 'The request is invalid';
  if (kind !== '' || name !== '') text = `The ${kind} ${JSON.stringify(name)} is invalid`;
  else if (status.message !== undefined && status.message !== '' && causes.length === 0) text += `: ${status.message}`;
  const lines = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  if (lines.length === 0) return text;
  if (lines.length === 1) return `${text}: ${lines[0]}\n`;
  return `${text}: \n${lines.map((line) => `* ${line}\n`).join('')}`;
}
