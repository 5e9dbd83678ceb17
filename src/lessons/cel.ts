import { evaluate, parse } from '@marcbachmann/cel-js';

/** What is wrong with an expression of the Common Expression Language, in one line; undefined when it can be read. */
export function celProblem(expression: string): string | undefined {
  try {
    parse(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? 'not CEL') : 'not CEL';
  }
}

/**
 * Whether an expression is true of the objects. Every resource that it names is a list: `pods.exists(p, p.status.phase ==
 * "Running")`. A key that an object does not have makes the whole expression false, as CEL's errors do.
 */
export function celHolds(expression: string, list: (resource: string) => readonly unknown[]): boolean {
  const names = new Set(expression.replace(/"[^"]*"|'[^']*'/g, '').match(/(?<![.\w])[a-z][a-z0-9]*\b(?!\s*\()/g));
  const variables: Record<string, unknown> = {};
  for (const name of names) variables[name] = list(name);
  try {
    return evaluate(expression, variables) === true;
  } catch {
    return false;
  }
}
