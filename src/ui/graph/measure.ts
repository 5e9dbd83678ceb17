import { estimate, type Measure } from './layout/text.ts';

/**
 * Measures with a canvas in the page's own fonts, remembering each text. JetBrains Mono is exactly 0.6 em a letter, so only
 * letters outside ASCII are asked of the canvas. Falls back to estimates where there is no canvas.
 */
export function canvasMeasure(families: { readonly mono: string; readonly sans: string }): Measure {
  const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d');
  if (context === null) return estimate;
  const known = new Map<string, number>();
  return (text, size, font, bold) => {
    if (font === 'mono' && isAscii(text)) return text.length * 0.6 * size;
    const key = `${font}${bold ? 'b' : ''}${text}`;
    let em = known.get(key);
    if (em === undefined) {
      context.font = `${bold ? 620 : 420} 100px ${font === 'mono' ? families.mono : families.sans}`;
      em = context.measureText(text).width / 100;
      if (known.size > 5000) known.clear();
      known.set(key, em);
    }
    return em * size;
  };
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 126) return false;
  return true;
}
