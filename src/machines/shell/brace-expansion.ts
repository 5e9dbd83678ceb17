import type { Word } from 'unbash';
import { ExpansionError } from './expansion-error.ts';
import { wordOf } from './word.ts';

/** The most fields that one brace expansion makes, and the most letters in all of them. */
const BRACE_LIMIT = 100_000;
const LETTER_LIMIT = 4_000_000;

/** The words that a word with braces stands for. @throws ExpansionError when they are too many */
export function braces(word: Word): Word[] {
  const out: Word[] = [];
  for (const text of expandBraces(word.text)) {
    const made = /^[\w.,:/-]+$/.test(text) ? plain(text) : wordOf(text);
    if (made !== undefined) out.push(made);
  }
  return out;
}

function plain(text: string): Word {
  return { type: 'Word', text, value: text, pos: 0, end: text.length };
}

function expandBraces(text: string): string[] {
  let depth = 0;
  let start = -1;
  const commas: number[] = [];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      continue;
    }
    if (char === '\\') i++;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '{' && text.charAt(i - 1) !== '$') {
      if (depth++ === 0) {
        start = i;
        commas.length = 0;
      }
    } else if (char === ',' && depth === 1) commas.push(i);
    else if (char === '}' && depth > 0 && --depth === 0) {
      const inner = text.slice(start + 1, i);
      const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inner);
      const choices =
        commas.length > 0
          ? [-1, ...commas.map((at) => at - start - 1)].map((at, index, all) => inner.slice(at + 1, all[index + 1]))
          : range === null
            ? undefined
            : sequence(range[1] ?? '', range[2] ?? '', range[3]);
      if (choices === undefined) continue;
      const tails = expandBraces(text.slice(i + 1));
      const out: string[] = [];
      let letters = 0;
      for (const choice of choices)
        for (const middle of expandBraces(choice))
          for (const tail of tails) {
            const made = text.slice(0, start) + middle + tail;
            letters += made.length;
            if (out.push(made) > BRACE_LIMIT || letters > LETTER_LIMIT)
              throw new ExpansionError('brace expansion: too many words');
          }
      return out;
    }
  }
  return [text];
}

function sequence(from: string, to: string, step: string | undefined): string[] {
  const letters = /[A-Za-z]/.test(from);
  const [a, b] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const by = Math.max(1, Math.abs(Number(step ?? 1)));
  const width = !letters && (/^-?0\d/.test(from) || /^-?0\d/.test(to)) ? Math.max(from.length, to.length) : 0;
  const out: string[] = [];
  for (let value = a; a <= b ? value <= b : value >= b; value += a <= b ? by : -by) {
    out.push(letters ? String.fromCharCode(value) : String(value).padStart(width, '0'));
    if (out.length > BRACE_LIMIT) throw new ExpansionError('brace expansion: too many words');
  }
  return out;
}
