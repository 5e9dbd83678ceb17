import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  fortnight: 14 * DAY,
};

const two = (value: number, pad = '0') => String(value).padStart(2, pad);

/** strftime in UTC: the letters of date(1). */
function formatted(at: Date, format: string): string {
  const year = at.getUTCFullYear();
  const [hour, weekday] = [at.getUTCHours(), at.getUTCDay()];
  const dayOfYear = Math.floor((at.getTime() - Date.UTC(year, 0, 1)) / DAY);
  const half = hour % 12 === 0 ? 12 : hour % 12;
  const inner = (text: string) => formatted(at, text);
  const letters: Readonly<Record<string, () => string>> = {
    '%': () => '%',
    A: () => DAYS[weekday] ?? '',
    a: () => (DAYS[weekday] ?? '').slice(0, 3),
    B: () => MONTHS[at.getUTCMonth()] ?? '',
    b: () => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
    h: () => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
    C: () => two(Math.floor(year / 100)),
    c: () => inner('%a %b %e %T %Y'),
    D: () => inner('%m/%d/%y'),
    d: () => two(at.getUTCDate()),
    e: () => two(at.getUTCDate(), ' '),
    F: () => inner('%Y-%m-%d'),
    H: () => two(hour),
    I: () => two(half),
    j: () => String(dayOfYear + 1).padStart(3, '0'),
    k: () => two(hour, ' '),
    l: () => two(half, ' '),
    M: () => two(at.getUTCMinutes()),
    m: () => two(at.getUTCMonth() + 1),
    N: () => String(Math.floor((at.getTime() % 1000) * 1e6)).padStart(9, '0'),
    n: () => '\n',
    P: () => (hour < 12 ? 'am' : 'pm'),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    R: () => inner('%H:%M'),
    r: () => inner('%I:%M:%S %p'),
    S: () => two(at.getUTCSeconds()),
    s: () => String(Math.floor(at.getTime() / 1000)),
    T: () => inner('%H:%M:%S'),
    t: () => '\t',
    U: () => two(Math.floor((dayOfYear + 7 - weekday) / 7)),
    u: () => String(weekday === 0 ? 7 : weekday),
    W: () => two(Math.floor((dayOfYear + 7 - ((weekday + 6) % 7)) / 7)),
    w: () => String(weekday),
    X: () => inner('%T'),
    x: () => inner('%m/%d/%y'),
    Y: () => String(year),
    y: () => two(year % 100),
    Z: () => 'UTC',
    z: () => '+0000',
  };
  return format.replace(
    /%(:z)|%([-_0^]?)(\d*)([A-Za-z%])/g,
    (whole, zone, flag: string, width: string, letter: string) => {
      if (zone !== undefined) return '+00:00';
      const made = letters[letter]?.();
      if (made === undefined) return whole;
      if (flag === '-') return made.replace(/^[0 ]+(?=\d)/, '');
      if (flag === '_') return made.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length));
      if (flag === '^') return made.toUpperCase();
      return letter === 'N' && width !== '' ? made.slice(0, Number(width)) : made;
    },
  );
}

/** A time as `-d` takes it; undefined for what is none. */
function parsed(text: string, now: Date): Date | undefined {
  let rest = text.trim();
  let at = new Date(now);
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null) rest = rest.slice(match[0].length).trim();
    return match;
  };
  const stamp = take(/^@(-?\d+(?:\.\d+)?)/);
  if (stamp !== null) at = new Date(Number(stamp[1]) * 1000);
  let dated = false;
  while (rest !== '') {
    const date = take(/^(\d{4})-(\d{1,2})-(\d{1,2})(?:T|\b)/);
    if (date !== null) {
      at = new Date(Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3])));
      if (at.getUTCMonth() !== Number(date[2]) - 1) return undefined;
      dated = true;
      continue;
    }
    const clock = take(/^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?/);
    if (clock !== null) {
      at.setUTCHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
      const zone = /^([+-])(\d\d):?(\d\d)$/.exec(clock[4] ?? '');
      if (zone !== null)
        at = new Date(at.getTime() - Number(`${zone[1]}1`) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000);
      continue;
    }
    const word = take(/^(now|today|yesterday|tomorrow|midnight|UTC|Z)\b/i)?.[1]?.toLowerCase();
    if (word !== undefined) {
      if (word === 'yesterday') at = new Date(at.getTime() - DAY);
      if (word === 'tomorrow') at = new Date(at.getTime() + DAY);
      continue;
    }
    const step = take(
      /^([+-]?\s*\d+|next|last|a)?\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?\b/i,
    );
    if (step === null) return undefined;
    const [, amount = '1', unit = '', ago] = step;
    const given = amount === 'last' ? -1 : /^(next|a)$/.test(amount) ? 1 : Number(amount.replace(/\s/g, ''));
    const count = ago === undefined ? given : -given;
    if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + count);
    else if (unit === 'year') at.setUTCFullYear(at.getUTCFullYear() + count);
    else at = new Date(at.getTime() + count * (UNITS[unit.toLowerCase()] ?? 0));
    dated = true;
  }
  return dated || stamp !== null || text.trim() !== '' ? at : new Date(now.setUTCHours(0, 0, 0, 0));
}

const ISO: Readonly<Record<string, string>> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H+00:00',
  minutes: '%Y-%m-%dT%H:%M+00:00',
  seconds: '%Y-%m-%dT%H:%M:%S+00:00',
  ns: '%Y-%m-%dT%H:%M:%S,%N+00:00',
};

/** date: the cluster's own time, in UTC, or another that `-d` names. */
export const date: Program = {
  name: 'date',
  summary: 'print the date and time of the cluster',
  *run(context) {
    const given = yield* options(context, {
      short: 'd:uRI::r:s:',
      long: {
        'date=': 'd',
        utc: 'u',
        universal: 'u',
        'rfc-email': 'R',
        'iso-8601=?': 'I',
        'reference=': 'r',
        'set=': 's',
      },
    });
    if (given === undefined) return 1;
    const [format, extra] = given.operands;
    if (extra !== undefined) {
      yield* context.stderr.write(`date: extra operand ‘${extra}’\nTry 'date --help' for more information.\n`);
      return 1;
    }
    if (given.has('s') || (format !== undefined && !format.startsWith('+'))) {
      yield* context.stderr.write(
        /^\d+$/.test(format ?? '') || given.has('s')
          ? 'date: cannot set date: Operation not permitted\n'
          : `date: invalid date ‘${format}’\n`,
      );
      return 1;
    }
    const now = new Date(context.machine.world.sim.calendar());
    const file = given.value('r');
    const asked = given.value('d');
    const at =
      file !== undefined
        ? new Date(context.fs.stat(context.fs.resolve(context.cwd, file)).modified)
        : asked === undefined
          ? now
          : parsed(asked, now);
    if (at === undefined || Number.isNaN(at.getTime())) {
      yield* context.stderr.write(`date: invalid date ‘${asked}’\n`);
      return 1;
    }
    const iso = given.has('I') ? ISO[given.value('I') ?? ''] : undefined;
    const wanted =
      format?.slice(1) ?? iso ?? (given.has('R') ? '%a, %d %b %Y %H:%M:%S +0000' : '%a %b %e %H:%M:%S %Z %Y');
    yield* context.stdout.write(`${formatted(at, wanted)}\n`);
    return 0;
  },
};
