import type { FieldError } from '../api/kind.ts';
import { rules } from '../api/metadata.ts';
import { portNameProblems, validPort } from './ports.ts';

/** Collects field errors in the order in which the real server finds them; paths are built as field.Path does. */
export class Problems {
  readonly list: FieldError[] = [];

  required(field: string, detail = ''): void {
    this.list.push({ type: 'Required value', field, detail });
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.list.push({ type: 'Invalid value', field, value: value ?? null, detail });
  }

  forbidden(field: string, detail: string): void {
    this.list.push({ type: 'Forbidden', field, detail });
  }

  duplicate(field: string, value: unknown): void {
    this.list.push({ type: 'Duplicate value', field, value, detail: '' });
  }

  notFound(field: string, value: unknown, detail = ''): void {
    this.list.push({ type: 'Not found', field, value, detail });
  }

  /** `Unsupported value: "x": supported values: "a", "b"`, in the order given. */
  unsupported(field: string, value: unknown, supported: readonly string[]): void {
    const list = supported.map((each) => JSON.stringify(each));
    this.list.push({ type: 'Unsupported value', field, value, detail: `supported values: ${list.join(', ')}` });
  }

  tooLong(field: string, most: number): void {
    this.list.push({ type: 'Too long', field, detail: `may not be more than ${most} bytes` });
  }

  tooMany(field: string, count: number, most: number): void {
    this.list.push({ type: 'Too many', field, value: count, detail: `must have at most ${most} items` });
  }

  add(errors: readonly FieldError[]): void {
    this.list.push(...errors);
  }

  /** Invalid with each detail that a rule of `rules` finds wrong. */
  check(field: string, value: string, rule: (value: string) => readonly string[]): void {
    for (const detail of rule(value)) this.invalid(field, value, detail);
  }

  notNegative(field: string, value: number | undefined | null): void {
    if ((value ?? 0) < 0) this.invalid(field, value, NOT_NEGATIVE);
  }

  /** A value of a fixed set; an empty one is Required. */
  oneOf(field: string, value: string | undefined | null, supported: readonly string[]): void {
    if ((value ?? '') === '') this.required(field);
    else if (!supported.includes(value ?? '')) this.unsupported(field, value, supported);
  }

  port(field: string, value: number | undefined | null): void {
    if (!validPort(value)) this.invalid(field, value ?? 0, PORT_RANGE);
  }

  /** ValidatePortNumOrName */
  portOrName(field: string, value: number | string | undefined | null): void {
    if (typeof value === 'string') this.check(field, value, portNameProblems);
    else this.port(field, value);
  }
}

export const PORT_RANGE = 'must be between 1 and 65535, inclusive';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const NOT_POSITIVE = 'must be greater than zero';
export const IMMUTABLE = 'field is immutable';

/** Sets a field that is absent. */
export function fill<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): void {
  if (object[key] === undefined || object[key] === null) object[key] = value;
}

export { scaled } from './intstr.ts';
export { ipFamily as validIP } from './ip.ts';
export { portNameProblems, rules, validPort };
