import type { ITheme } from '@xterm/xterm';

/** The terminal's sixteen colours, from the theme's tokens. */
export function screenTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const text = token('--text');
  const soft = token('--text-2');
  const dim = token('--text-3');
  const red = token('--pk-drop-ink');
  const green = token('--st-ready-ink');
  const yellow = token('--st-notready-ink');
  const blue = token('--pk-dns-ink');
  const magenta = token('--pk-tls-ink');
  const cyan = token('--syn-key');
  return {
    background: token('--code'),
    foreground: soft,
    cursor: text,
    cursorAccent: token('--code'),
    selectionBackground: `${token('--focus')}4d`,
    overviewRulerBorder: token('--code'),
    scrollbarSliderBackground: `${token('--line-2')}66`,
    scrollbarSliderHoverBackground: token('--line-2'),
    scrollbarSliderActiveBackground: token('--wire'),
    black: token('--sunken'),
    red,
    green,
    yellow,
    blue,
    magenta,
    cyan,
    white: soft,
    brightBlack: dim,
    brightRed: red,
    brightGreen: green,
    brightYellow: yellow,
    brightBlue: blue,
    brightMagenta: magenta,
    brightCyan: cyan,
    brightWhite: text,
  };
}
