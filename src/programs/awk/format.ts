/** printf as C has it, for the values of awk. Arguments that lack count as empty. */
export function sprintf<V>(
  format: string,
  values: readonly V[],
  text: (value: V) => string,
  number: (value: V) => number,
): string {
  let at = 0;
  const next = (): V | undefined => values[at++];
  return format.replace(
    /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g,
    (whole, flags: string, width: string | undefined, precision: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const count = (given: string | undefined) => {
        if (given !== '*') return given === undefined ? undefined : Number(given);
        const value = next();
        return value === undefined ? 0 : number(value);
      };
      const wide = count(width) ?? 0;
      const hasPoint = /\./.test(whole);
      const exact = count(precision) ?? (hasPoint ? 0 : undefined);
      const value = next();
      const left = flags.includes('-') || wide < 0;
      const pad = (body: string, zeros: boolean) => {
        const size = Math.min(Math.abs(wide), 100_000);
        if (body.length >= size) return body;
        if (left) return body.padEnd(size);
        if (!zeros) return body.padStart(size);
        const sign = /^[-+ ]/.exec(body)?.[0] ?? '';
        return sign + body.slice(sign.length).padStart(size - sign.length, '0');
      };
      const signed = (body: string, negative: boolean) =>
        negative ? `-${body}` : flags.includes('+') ? `+${body}` : flags.includes(' ') ? ` ${body}` : body;
      const amount = value === undefined ? 0 : number(value);
      switch (kind) {
        case 'd':
        case 'i': {
          const whole = Math.trunc(amount);
          const digits = Math.abs(whole)
            .toFixed(0)
            .padStart(Math.min(exact ?? 0, 1000), '0');
          return pad(signed(digits, whole < 0), flags.includes('0') && exact === undefined);
        }
        case 'o':
        case 'x':
        case 'X':
        case 'u': {
          const base = kind === 'o' ? 8 : kind === 'u' ? 10 : 16;
          const digits = Math.trunc(Math.max(0, amount)).toString(base);
          return pad(kind === 'X' ? digits.toUpperCase() : digits, flags.includes('0'));
        }
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': {
          const body = float(Math.abs(amount), kind, Math.min(exact ?? 6, 100), flags.includes('#'));
          return pad(signed(body, amount < 0 || Object.is(amount, -0)), flags.includes('0') && Number.isFinite(amount));
        }
        case 'c': {
          if (value === undefined) return pad('', false);
          return pad(
            typeof value === 'number'
              ? String.fromCodePoint(Math.trunc(amount) & 0x1fffff || 0)
              : ([...text(value)][0] ?? ''),
            false,
          );
        }
        case 's': {
          const body = value === undefined ? '' : text(value);
          return pad(exact === undefined ? body : [...body].slice(0, exact).join(''), false);
        }
        default:
          return whole;
      }
    },
  );
}

function float(value: number, kind: string, precision: number, keep: boolean): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  const exponential = (digits: number) => value.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
  const upper = (text: string) => (kind === kind.toUpperCase() ? text.toUpperCase() : text);
  if (kind === 'f' || kind === 'F') return value.toFixed(precision);
  if (kind === 'e' || kind === 'E') return upper(exponential(precision));
  const digits = precision === 0 ? 1 : precision;
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const body =
    exponent < -4 || exponent >= digits ? exponential(digits - 1) : value.toFixed(Math.max(0, digits - 1 - exponent));
  if (keep || !body.includes('.')) return upper(body);
  return upper(body.replace(/\.?0+(e|$)/, '$1'));
}
