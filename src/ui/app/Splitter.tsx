import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { create } from 'zustand';
import { useMessages } from '../messages/messages.ts';
import { remember, remembered } from './preferences.ts';

/** A pane whose size the learner may set, and the custom property that sets it. */
export type Sized = 'lesson' | 'rail' | 'dock' | 'split' | 'narrowLesson' | 'narrowDock';

interface SizeRule {
  /** The CSS variable; its value in the theme is the size until the learner moves the border. */
  readonly variable: string;
  readonly axis: 'x' | 'y';
  /** Which way the pane grows: 1 when towards larger coordinates. */
  readonly sign: 1 | -1;
  readonly min: number;
  /** Largest part of the window that the pane may take. */
  readonly most: number;
}

const RULES: Readonly<Record<Sized, SizeRule>> = {
  lesson: { variable: '--lesson-w', axis: 'x', sign: 1, min: 240, most: 0.4 },
  rail: { variable: '--rail-w', axis: 'x', sign: -1, min: 220, most: 0.36 },
  dock: { variable: '--dock-h', axis: 'y', sign: -1, min: 110, most: 0.62 },
  split: { variable: '--editor-w', axis: 'x', sign: -1, min: 240, most: 0.56 },
  narrowLesson: { variable: '--narrow-lesson-w', axis: 'x', sign: 1, min: 220, most: 0.45 },
  narrowDock: { variable: '--narrow-dock-h', axis: 'y', sign: -1, min: 120, most: 0.6 },
};

const STEP = 16;

type Sizes = Readonly<Partial<Record<Sized, number>>>;

const useSizes = create<{ readonly sizes: Sizes }>(() => ({ sizes: readSizes() }));

function readSizes(): Sizes {
  try {
    const kept: unknown = JSON.parse(remembered('panes') ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Sizes) : {};
  } catch {
    return {};
  }
}

function setSize(pane: Sized, size: number | undefined): void {
  useSizes.setState(({ sizes }) => ({ sizes: { ...sizes, [pane]: size } }));
  remember('panes', JSON.stringify(useSizes.getState().sizes));
}

function clamp(pane: Sized, size: number): number {
  const { min, most, axis } = RULES[pane];
  const room = axis === 'x' ? innerWidth : innerHeight;
  return Math.round(Math.max(min, Math.min(size, room * most)));
}

/** The sizes that the learner has set, as custom properties for the element around the panes. The rest is the theme's. */
export function usePaneSizes(): CSSProperties {
  const sizes = useSizes((state) => state.sizes);
  const style: Record<string, string> = {};
  for (const [pane, { variable, most, axis }] of Object.entries(RULES)) {
    const size = sizes[pane as Sized];
    if (typeof size === 'number') style[variable] = `min(${size}px, ${most * 100}${axis === 'x' ? 'vw' : 'vh'})`;
  }
  return style as CSSProperties;
}

/**
 * The border of a pane, to drag or to move with the arrow keys; a double click or Home puts the design's size back. Lies on the edge
 * of the pane it is in, which must be positioned.
 */
export function Splitter({ pane }: { readonly pane: Sized }) {
  const { layout } = useMessages();
  const from = useRef<{ readonly at: number; readonly size: number } | undefined>(undefined);
  const place = useRef<HTMLHRElement>(null);
  const { axis, sign, min, most } = RULES[pane];
  const labels: Readonly<Record<Sized, string>> = {
    lesson: layout.resizeLesson,
    rail: layout.resizeRail,
    dock: layout.resizeDock,
    split: layout.resizeSplit,
    narrowLesson: layout.resizeLesson,
    narrowDock: layout.resizeDock,
  };
  const size = useSizes((state) => state.sizes[pane]);
  const current = () => {
    const around = place.current?.parentElement;
    return (axis === 'x' ? around?.offsetWidth : around?.offsetHeight) ?? min;
  };
  const at = (event: PointerEvent) => (axis === 'x' ? event.clientX : event.clientY);
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    const fits = axis === 'x' ? /Left|Right/.test(event.key) : /Up|Down/.test(event.key);
    if (by !== undefined && fits) setSize(pane, clamp(pane, current() + by * sign * STEP));
    else if (event.key === 'Home') setSize(pane, undefined);
    else return;
    event.preventDefault();
  };
  return (
    <hr
      ref={place}
      className={`splitter ${axis} ${sign === 1 ? 'end' : 'start'}`}
      tabIndex={0}
      aria-label={labels[pane]}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuemin={min}
      aria-valuemax={Math.round((axis === 'x' ? innerWidth : innerHeight) * most)}
      aria-valuenow={size ?? min}
      onKeyDown={keys}
      onDoubleClick={() => setSize(pane, undefined)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: at(event), size: current() };
      }}
      onPointerMove={(event) => {
        const start = from.current;
        if (start === undefined) return;
        const moved = at(event) - start.at;
        if (moved !== 0) setSize(pane, clamp(pane, start.size + moved * sign));
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
    />
  );
}
