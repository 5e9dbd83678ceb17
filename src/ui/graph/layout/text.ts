import type { Ink, TextMark } from './picture.ts';

/** Width of a text in world units. The page measures with a canvas; tests use {@link estimate}. */
export type Measure = (text: string, size: number, font: 'mono' | 'sans', bold: boolean) => number;

const NARROW = /[iljtfrI.,:;'|!()[\] ]/;
const WIDE = /[mwMW@%—…]/;
const FULL = /[ᄀ-ᇿ⺀-鿿가-힯豈-﫿＀-￯]/;

/** Widths good to a few per cent without a browser: JetBrains Mono is 0.6 em, Inter is taken by classes of letters. */
export const estimate: Measure = (text, size, font, bold) => {
  let em = 0;
  for (const letter of text) {
    if (FULL.test(letter)) em += 1;
    else if (font === 'mono') em += 0.6;
    else if (NARROW.test(letter)) em += 0.31;
    else if (WIDE.test(letter)) em += 0.88;
    else em += /[A-Z0-9]/.test(letter) ? 0.66 : 0.58;
  }
  return em * size * (bold && font === 'sans' ? 1.04 : 1);
};

/** Cuts `text` so that it is at most `width` wide, ending in an ellipsis. Empty when not even one letter fits. */
export function cut(
  measure: Measure,
  text: string,
  width: number,
  size: number,
  font: 'mono' | 'sans',
  bold = false,
): string {
  if (measure(text, size, font, bold) <= width) return text;
  const letters = [...text];
  let low = 0;
  let high = letters.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${letters.slice(0, middle).join('')}…`, size, font, bold) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${letters.slice(0, low).join('')}…`;
}

/** The first of `candidates` that fits; the last one cut when none does. Candidates go from whole to shortest. */
export function firstThatFits(
  measure: Measure,
  candidates: readonly string[],
  width: number,
  size: number,
  font: 'mono' | 'sans',
  bold = false,
): string {
  for (const candidate of candidates) if (measure(candidate, size, font, bold) <= width) return candidate;
  return cut(measure, candidates[candidates.length - 1] ?? '', width, size, font, bold);
}

export interface TextStyle {
  readonly size: number;
  readonly ink: Ink;
  readonly font?: 'mono' | 'sans';
  readonly bold?: boolean;
  readonly struck?: boolean;
  readonly anchor?: 'middle' | 'end';
  /** Longest width; the text is cut to it. */
  readonly max?: number;
}

/** Makes a text mark, cut to its budget. */
export function text(measure: Measure, x: number, y: number, words: string, style: TextStyle): TextMark {
  const font = style.font ?? 'mono';
  const bold = style.bold ?? false;
  const shown = style.max === undefined ? words : cut(measure, words, style.max, style.size, font, bold);
  return {
    kind: 'text',
    x: round(x),
    y: round(y),
    text: shown,
    size: style.size,
    font,
    ink: style.ink,
    ...(bold ? { bold } : {}),
    ...(style.struck ? { struck: true } : {}),
    ...(style.anchor === undefined ? {} : { anchor: style.anchor }),
    width: round(measure(shown, style.size, font, bold)),
  };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
