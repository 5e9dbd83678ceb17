import type { FieldError } from '../api/kind.ts';
import { rules } from '../api/metadata.ts';

/** Collects field errors; the paths are built as field.Path does. */
export class Problems {
  readonly list: FieldError[] = [];

  required(field: string, detail = ''): void {
    this.list.push({ type: 'Required value', field, detail });
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.list.push({ type: 'Invalid value', field, value, detail });
  }

  forbidden(field: string, detail: string): void {
    this.list.push({ type: 'Forbidden', field, detail });
  }

  duplicate(field: string, value: unknown): void {
    this.list.push({ type: 'Duplicate value', field, value, detail: '' });
  }

  notFound(field: string, value: unknown): void {
    this.list.push({ type: 'Not found', field, value, detail: '' });
  }

  /** `Unsupported value: "x": supported values: "a", "b"`. */
  unsupported(field: string, value: unknown, supported: readonly string[]): void {
    const list = [...supported].sort().map((each) => JSON.stringify(each));
    this.list.push({ type: 'Unsupported value', field, value, detail: `supported values: ${list.join(', ')}` });
  }

  add(errors: readonly FieldError[]): void {
    this.list.push(...errors);
  }
}

export const PORT_RANGE = 'must be between 1 and 65535, inclusive';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const IMMUTABLE = 'field is immutable';

/** A port number (validation.IsValidPortNum). */
export function validPort(port: unknown): boolean {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** validation.IsValidPortName (IANA_SVC_NAME): what is wrong, in its words. */
export function portNameProblems(name: string): string[] {
  const found: string[] = [];
  if (name.length > 15) found.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) found.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) found.push('must contain at least one letter (a-z)');
  if (name.includes('--')) found.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(name)) found.push('must not begin or end with a hyphen');
  return found;
}

/** An IPv4 address in dotted form (validation.IsValidIP). */
export function validIP(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** `25%` or a number, rounded up or down, of a whole (intstr.GetScaledValueFromIntOrPercent). */
export function scaled(value: number | string | undefined, whole: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value ?? '');
  if (match === null) return 0;
  const part = (Number(match[1]) * whole) / 100;
  return roundUp ? Math.ceil(part) : Math.floor(part);
}

/** The default of a field that is absent. */
export function fill<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): void {
  if (object[key] === undefined || object[key] === null) object[key] = value;
}

export { rules };
