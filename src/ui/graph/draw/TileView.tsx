import { memo } from 'react';
import type { Tile } from '../layout/picture.ts';
import { Marks } from './marks.tsx';

export interface TileViewProps {
  readonly tile: Tile;
  /** Just appeared: fades and grows in. */
  readonly entering: boolean;
  /** Gone from the scene, kept until it faded. */
  readonly leaving: boolean;
  /** Something in the page (a word in the terminal) points at it. */
  readonly lamp: boolean;
  readonly hovered: boolean;
  /** Changes when the tile's object changed: it glows once. Undefined before the first change. */
  readonly glow: number | undefined;
}

/** One object of the graph. Its marks are drawn relative to its corner, so that moving it costs one attribute. */
export const TileView = memo(function TileView({ tile, entering, leaving, lamp, hovered, glow }: TileViewProps) {
  const { w, h } = tile.box;
  const className = [
    'hs-tile',
    `k-${tile.kind}`,
    ...tile.looks,
    tile.hue === undefined ? '' : `hue-${tile.hue}`,
    entering && tile.kind !== 'node' ? 'enter' : '',
    leaving ? 'leave' : '',
    lamp ? 'lamp' : '',
    hovered ? 'hover' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
  return (
    <g className={className} style={{ transform: `translate(${tile.box.x}px, ${tile.box.y}px)` }} data-tile={tile.id}>
      <rect className="shape" width={w} height={h} rx={tile.radius} />
      {tile.looks.includes('terminating') ? (
        <rect className="hatch" width={w} height={h} rx={tile.radius} fill="url(#hs-hatch)" />
      ) : null}
      <g className="hs-inner">
        <Marks marks={tile.marks} />
      </g>
      {glow === undefined ? null : (
        <rect key={glow} className="glow" x={-2} y={-2} width={w + 4} height={h + 4} rx={tile.radius + 2} />
      )}
    </g>
  );
});
