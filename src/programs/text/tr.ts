import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[\t-\r ]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/** A set of `tr` as its characters in order. */
function expand(set: string): string[] {
  const out: string[] = [];
  const chars = [...set];
  for (let i = 0; i < chars.length; i++) {
    const named = /^\[:(\w+):\]/.exec(chars.slice(i).join(''));
    const pattern = named?.[1] === undefined ? undefined : CLASSES[named[1]];
    if (named !== null && pattern !== undefined) {
      for (let code = 0; code < 128; code++)
        if (pattern.test(String.fromCharCode(code))) out.push(String.fromCharCode(code));
      i += named[0].length - 1;
      continue;
    }
    let char = chars[i] ?? '';
    if (char === '\\') {
      const octal = /^[0-7]{1,3}/.exec(chars.slice(i + 1).join(''))?.[0];
      if (octal !== undefined) {
        char = String.fromCharCode(Number.parseInt(octal, 8));
        i += octal.length;
      } else {
        const next = chars[++i] ?? '\\';
        char = ESCAPES[next] ?? next;
      }
    }
    const last = chars[i + 2];
    if (chars[i + 1] === '-' && last !== undefined) {
      for (let code = char.charCodeAt(0); code <= last.charCodeAt(0); code++) out.push(String.fromCharCode(code));
      i += 2;
    } else out.push(char);
  }
  return out;
}

export const tr: Program = {
  name: 'tr',
  summary: 'translate or delete characters',
  *run(context) {
    const given = yield* options(context, {
      short: 'cCdst',
      long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
      stopAtOperand: true,
    });
    if (given === undefined) return 1;
    const [first, second, ...more] = given.operands;
    const help = "Try 'tr --help' for more information.\n";
    if (first === undefined) {
      yield* context.stderr.write(`tr: missing operand\n${help}`);
      return 1;
    }
    const deleting = given.has('d');
    const squeezing = given.has('s');
    if (second === undefined && !deleting && !squeezing) {
      yield* context.stderr.write(
        `tr: missing operand after ‘${first}’\nTwo strings must be given when translating.\n${help}`,
      );
      return 1;
    }
    if (more.length > 0 || (second !== undefined && deleting && !squeezing)) {
      yield* context.stderr.write(
        `tr: extra operand ‘${more[0] ?? second}’\n${deleting ? 'Only one string may be given when deleting without squeezing repeats.\n' : ''}${help}`,
      );
      return 1;
    }
    const complement = given.has('c') || given.has('C');
    const target = second === undefined ? [] : expand(second);
    const set = given.has('t') ? expand(first).slice(0, target.length) : expand(first);
    const members = new Set(set);
    const inFirst = (char: string) => members.has(char) !== complement;
    const lastTarget = target.at(-1) ?? '';
    const map = new Map<string, string>();
    for (const [index, char] of set.entries()) map.set(char, target[index] ?? lastTarget);
    const squeezed = second === undefined ? inFirst : (char: string) => target.includes(char);
    let previous = '';
    for (;;) {
      const chunk = yield* context.stdin.read();
      if (chunk === null) return 0;
      let out = '';
      for (const char of chunk) {
        if (deleting && inFirst(char)) continue;
        const made =
          !deleting && second !== undefined && inFirst(char)
            ? complement
              ? lastTarget
              : (map.get(char) ?? char)
            : char;
        if (squeezing && made === previous && squeezed(made)) continue;
        previous = made;
        out += made;
      }
      if (out !== '') yield* context.stdout.write(out);
    }
  },
};
