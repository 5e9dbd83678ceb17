import { GoSyntax } from '../api/errors.ts';
import type { Problems } from './fields.ts';

type IntOrString = number | string | undefined | null;

const PERCENT = /^([0-9]+)%$/;
const PERCENT_RULE =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** `25%` or a number, rounded up or down, of a whole (intstr.GetScaledValueFromIntOrPercent). */
export function scaled(value: IntOrString, whole: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const match = PERCENT.exec(value ?? '');
  if (match === null) return 0;
  const part = (Number(match[1]) * whole) / 100;
  return roundUp ? Math.ceil(part) : Math.floor(part);
}

/** The percentage that a value is, or undefined. */
export function percent(value: IntOrString): number | undefined {
  const match = PERCENT.exec(String(value ?? ''));
  return match === null ? undefined : Number(match[1]);
}

/** An intstr.IntOrString as Go prints it. */
export function goIntOrString(value: IntOrString): GoSyntax {
  return new GoSyntax(
    typeof value === 'string'
      ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}`
      : `intstr.IntOrString{Type:0, IntVal:${value ?? 0}, StrVal:""}`,
  );
}

/** ValidatePositiveIntOrPercent */
export function checkIntOrPercent(field: string, value: IntOrString, found: Problems): void {
  if (typeof value === 'string') {
    if (!PERCENT.test(value)) found.invalid(field, goIntOrString(value), PERCENT_RULE);
  } else found.notNegative(field, value);
}

/** IsNotMoreThan100Percent */
export function checkAtMost100Percent(field: string, value: IntOrString, found: Problems): void {
  if (typeof value === 'string' && (percent(value) ?? 0) > 100)
    found.invalid(field, goIntOrString(value), 'must not be greater than 100%');
}
