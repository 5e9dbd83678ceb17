import type { Density } from './picture.ts';

/** Sizes of one drawn density. All lengths in world units. */
export interface Metrics {
  readonly density: Density;
  /** Size the drawing was made for; it grows with the container but never below this. */
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  readonly caption: number;
  readonly thin: { readonly y: number; readonly h: number };
  readonly canopy: { readonly h: number; readonly gap: number };
  /** From the canopies to the top of the rooms. */
  readonly tetherGap: number;
  /** From the floor of the rooms to the bottom of the picture, and to the wire. */
  readonly below: number;
  readonly wire: number;
  readonly roomGap: number;
  readonly roomPad: number;
  /** Baseline of the node's name, and top of the first tile, below the top of the room. */
  readonly roomName: number;
  readonly roomTop: number;
  /** From the floor up to cbr0. */
  readonly bridge: number;
  readonly gutter: number;
  readonly slotGap: number;
  readonly slotMax: number;
  readonly outside: { readonly w: number; readonly h: number; readonly gap: number };
  readonly font: {
    readonly name: number;
    readonly mono: number;
    readonly small: number;
    readonly label: number;
    readonly canopyName: number;
    readonly outside: number;
  };
}

const S: Metrics = {
  density: 'S',
  width: 660,
  height: 400,
  margin: 14,
  caption: 14,
  thin: { y: 20, h: 22 },
  canopy: { h: 44, gap: 7 },
  tetherGap: 22,
  below: 96,
  wire: 34,
  roomGap: 16,
  roomPad: 14,
  roomName: 19.2,
  roomTop: 37,
  bridge: 26,
  gutter: 22,
  slotGap: 9,
  slotMax: 46,
  outside: { w: 68, h: 41, gap: 10 },
  font: { name: 11.5, mono: 10.5, small: 10.5, label: 10.5, canopyName: 12, outside: 10 },
};

const M: Metrics = {
  density: 'M',
  width: 700,
  height: 455,
  margin: 20,
  caption: 20,
  thin: { y: 26, h: 26 },
  canopy: { h: 54, gap: 7 },
  tetherGap: 26,
  below: 112,
  wire: 44,
  roomGap: 24,
  roomPad: 14,
  roomName: 23,
  roomTop: 42,
  bridge: 34,
  gutter: 24,
  slotGap: 9,
  slotMax: 80,
  outside: { w: 78, h: 47, gap: 11 },
  font: { name: 12.5, mono: 11.5, small: 11, label: 11, canopyName: 13, outside: 10.5 },
};

const L: Metrics = {
  density: 'L',
  width: 1010,
  height: 600,
  margin: 28,
  caption: 30,
  thin: { y: 36, h: 32 },
  canopy: { h: 66, gap: 7 },
  tetherGap: 34,
  below: 140,
  wire: 56,
  roomGap: 36,
  roomPad: 14,
  roomName: 28,
  roomTop: 50,
  bridge: 42,
  gutter: 34,
  slotGap: 14,
  slotMax: 100,
  outside: { w: 112, h: 60, gap: 10 },
  font: { name: 14, mono: 13, small: 12, label: 12, canopyName: 14.5, outside: 11.5 },
};

const P: Metrics = {
  density: 'P',
  width: 360,
  height: 320,
  margin: 12,
  caption: 0,
  thin: { y: 8, h: 26 },
  canopy: { h: 54, gap: 7 },
  tetherGap: 18,
  below: 24,
  wire: 23,
  roomGap: 42,
  roomPad: 12,
  roomName: 18.5,
  roomTop: 31,
  bridge: 15,
  gutter: 22,
  slotGap: 6,
  slotMax: 40,
  outside: { w: 92, h: 47, gap: 8 },
  font: { name: 11.5, mono: 10.5, small: 10, label: 11, canopyName: 12.5, outside: 10.5 },
};

/** No text of the graph is ever shown smaller than this, in CSS pixels. */
export const SMALLEST_TEXT = 10;

/** Half the width of a door; it widens when two lanes pass. */
export const DOOR = 15;
export const WIDE_DOOR = 19;

/** Chooses the density from the size of the container in CSS pixels. */
export function chooseDensity(width: number, height: number): Density {
  if (width < 520) return 'P';
  if (width >= 1030 && height >= 600) return 'L';
  if (width < 680 || height < 455) return 'S';
  return 'M';
}

export function metricsOf(density: Density): Metrics {
  return density === 'S' ? S : density === 'M' ? M : density === 'L' ? L : P;
}
