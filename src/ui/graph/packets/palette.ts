import type { Hue } from '../layout/picture.ts';

/** Colours of the packets, read from the theme's tokens: a canvas cannot use CSS variables itself. */
export interface Palette {
  readonly light: boolean;
  readonly hues: Readonly<Record<Hue, { readonly fill: string; readonly ink: string }>>;
  readonly edge: string;
  readonly stage: string;
  readonly surface: string;
  readonly ground: string;
}

const HUES: readonly Hue[] = ['http', 'dns', 'tls', 'reply', 'drop'];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const hues = Object.fromEntries(
    HUES.map((hue) => [hue, { fill: token(`pk-${hue}`), ink: token(`pk-${hue}-ink`) }]),
  ) as Palette['hues'];
  return {
    light: style.colorScheme !== 'dark',
    hues,
    edge: token('pk-edge'),
    stage: token('stage'),
    surface: token('surface'),
    ground: token('ground'),
  };
}

/** `#rrggbb` with an alpha. Other notations come back as they are. */
export function withAlpha(colour: string, alpha: number): string {
  const match = /^#([0-9a-f]{6})$/i.exec(colour);
  if (match?.[1] === undefined) return colour;
  const value = Number.parseInt(match[1], 16);
  return `rgba(${value >> 16},${(value >> 8) & 255},${value & 255},${alpha})`;
}
