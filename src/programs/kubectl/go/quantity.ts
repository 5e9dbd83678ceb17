type Format = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const NANO = 1_000_000_000n;

/** A quantity of Kubernetes (resource.Quantity): `250m`, `1Gi`, `1e3`. Exact to a billionth. */
export class Quantity {
  readonly nano: bigint;
  private readonly format: Format;

  constructor(nano: bigint, format: Format = 'DecimalSI') {
    this.nano = nano;
    this.format = format;
  }

  static readonly ZERO = new Quantity(0n);

  /** Undefined when the text is no quantity. */
  static parse(text: string): Quantity | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
    if (whole === '' && fraction === '') return undefined;
    const digits = BigInt(`${whole}${fraction}`);
    let numerator = digits * NANO;
    let denominator = 10n ** BigInt(fraction.length);
    let format: Format = 'DecimalSI';
    if (exponent !== undefined) {
      format = 'DecimalExponent';
      const power = Number(exponent.slice(1));
      if (power >= 0) numerator *= 10n ** BigInt(power);
      else denominator *= 10n ** BigInt(-power);
    } else if (suffix.endsWith('i')) {
      format = 'BinarySI';
      numerator *= 1024n ** BigInt(BINARY.indexOf(suffix as (typeof BINARY)[number]));
    } else {
      const power = DECIMAL.indexOf(suffix as (typeof DECIMAL)[number]) * 3 - 9;
      if (power >= 0) numerator *= 10n ** BigInt(power);
      else denominator *= 10n ** BigInt(-power);
    }
    // What is finer than a billionth is rounded up.
    const nano = (numerator + denominator - 1n) / denominator;
    return new Quantity(sign === '-' ? -nano : nano, format);
  }

  /** Zero for what is none. */
  static of(text: string | number | undefined): Quantity {
    return (text === undefined ? undefined : Quantity.parse(String(text))) ?? Quantity.ZERO;
  }

  plus(other: Quantity): Quantity {
    return new Quantity(this.nano + other.nano, this.nano === 0n ? other.format : this.format);
  }

  /** Rounded up, as Value() does. */
  get value(): number {
    return Number(ceilDivide(this.nano, NANO));
  }

  get milliValue(): number {
    return Number(ceilDivide(this.nano, 1_000_000n));
  }

  /** The canonical form: `1500m`, `2Gi`. */
  toString(): string {
    if (this.nano === 0n) return '0';
    const negative = this.nano < 0n;
    const magnitude = negative ? -this.nano : this.nano;
    const sign = negative ? '-' : '';
    if (this.format === 'BinarySI' && magnitude >= 1024n * NANO) {
      let value = ceilDivide(magnitude, NANO);
      let power = 0;
      while (value % 1024n === 0n && power < BINARY.length - 1) {
        value /= 1024n;
        power++;
      }
      return `${sign}${value}${BINARY[power]}`;
    }
    let value = magnitude;
    let power = 0;
    while (value % 1000n === 0n && power < DECIMAL.length - 1) {
      value /= 1000n;
      power++;
    }
    if (this.format === 'DecimalExponent') return `${sign}${value}${power === 3 ? '' : `e${power * 3 - 9}`}`;
    return `${sign}${value}${DECIMAL[power]}`;
  }
}

function ceilDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a > 0n && a % b !== 0n ? quotient + 1n : quotient;
}
