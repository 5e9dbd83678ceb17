import { memo } from 'react';
import type { CellLook, CellsMark, Mark } from '../layout/picture.ts';
import { glyph, stateGlyph } from './glyphs.tsx';

/** Draws the marks of a tile, relative to its corner. */
export const Marks = memo(function Marks({ marks }: { readonly marks: readonly Mark[] }) {
  return marks.map((mark, index) => {
    const key = `${mark.kind}${index}`;
    switch (mark.kind) {
      case 'text':
        return (
          <text
            key={key}
            x={mark.x}
            y={mark.y}
            fontSize={mark.size}
            textAnchor={mark.anchor}
            className={`${mark.font === 'mono' ? 'tm' : 'ts'} ${mark.size < 11 ? 'size-s' : mark.size < 12.5 ? 'size-m' : 'size-l'} ink-${mark.ink}${mark.bold ? ' b' : ''}${mark.struck ? ' struck' : ''}`}
          >
            {mark.text}
          </text>
        );
      case 'glyph':
        return (
          <g
            key={key}
            className={mark.faint ? 'gl faint' : 'gl'}
            transform={`translate(${mark.x} ${mark.y}) scale(${mark.scale})`}
          >
            {glyph(mark.name)}
          </g>
        );
      case 'state':
        return (
          <g
            key={key}
            className={`hs-state ${mark.state}`}
            transform={`translate(${mark.x} ${mark.y}) scale(${mark.scale})`}
          >
            {stateGlyph(mark.state)}
          </g>
        );
      case 'stroke':
        return <path key={key} className={`stroke-${mark.role}`} d={mark.d} />;
      case 'box':
        return (
          <rect
            key={key}
            className={`box-${mark.role}`}
            x={mark.box.x}
            y={mark.box.y}
            width={mark.box.w}
            height={mark.box.h}
            rx={mark.radius}
          />
        );
      case 'cells':
        return <Cells key={key} cells={mark} />;
      default:
        return null;
    }
  });
});

/** Squares of folded pods: one path for each run of equal squares, so that a thousand pods cost a handful of elements. */
function Cells({ cells }: { readonly cells: CellsMark }) {
  let from = 0;
  return cells.runs.map((run) => {
    const start = from;
    from += run.count;
    return (
      <path key={`${start}${run.look}`} className={`cell ${run.look}`} d={squares(cells, start, run.count, run.look)} />
    );
  });
}

function squares(cells: CellsMark, start: number, count: number, look: CellLook): string {
  const pitch = cells.size + cells.gap;
  const s = cells.size;
  const r = s >= 7 ? 2.5 : s >= 5 ? 1.4 : 0.4;
  const inset = look === 'notready' || look === 'terminating' || look === 'pending' ? 0.5 : 0;
  const side = s - 2 * inset - 2 * r;
  let d = '';
  for (let index = start; index < start + count; index++) {
    const x = cells.x + (index % cells.columns) * pitch + inset;
    const y = cells.y + Math.floor(index / cells.columns) * pitch + inset;
    d += `M${round(x + r)} ${round(y)}h${round(side)}q${r} 0 ${r} ${r}v${round(side)}q0 ${r} ${-r} ${r}h${round(-side)}q${-r} 0 ${-r} ${-r}v${round(-side)}q0 ${-r} ${r} ${-r}z`;
    if (look === 'terminating' && s >= 5)
      d += `M${round(x + 2)} ${round(y + s / 2 - inset)}h${round(s - 4 - 2 * inset)}`;
    if (look === 'notready' && s >= 5) {
      const half = s / 2 - inset;
      d += `M${round(x + half)} ${round(y)}v${round(s - 2 * inset)}`;
    }
  }
  return d;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
