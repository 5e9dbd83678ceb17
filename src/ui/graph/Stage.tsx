import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Scene } from '../../playground/scene.ts';
import { type Camera, fitCamera } from './camera/camera.ts';
import { Backdrop, Captions } from './draw/Backdrop.tsx';
import { TileView } from './draw/TileView.tsx';
import { layout } from './layout/layout.ts';
import type { Picture, Tile } from './layout/picture.ts';
import { NO_SLOTS } from './layout/slots.ts';
import { canvasMeasure } from './measure.ts';
import { graphWords } from './words.ts';
import './stage.css';

export interface StageProps {
  readonly scene: Scene;
  readonly locale: string;
  readonly selected?: ObjectRef;
  readonly onSelect: (ref: ObjectRef | undefined) => void;
}

export function Stage({ scene, locale, selected, onSelect }: StageProps) {
  const words = graphWords(locale);
  const view = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const memory = useRef(NO_SLOTS);
  const measure = useMemo(() => canvasMeasure({ mono: '"JetBrains Mono Variable", monospace', sans: '"Inter Variable", sans-serif' }), []);
  useEffect(() => {
    const element = view.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const picture: Picture | undefined = useMemo(() => {
    if (size.width === 0) return undefined;
    const laid = layout(scene, { ...size, words, measure, ...(selected === undefined ? {} : { selected }) }, memory.current);
    memory.current = laid.memory;
    return laid.picture;
  }, [scene, size, words, measure, selected]);
  const camera: Camera = picture === undefined ? { zoom: 1, x: 0, y: 0 } : fitCamera(picture, size.width, size.height);
  const pick = useCallback((tile: Tile) => onSelect(tile.ref), [onSelect]);
  const keys = (event: KeyboardEvent) => void event;
  return (
    <section className="hs-stage">
      <header className="hs-head">
        <h2>{words.cluster}</h2>
      </header>
      <div className="hs-view" ref={view} onKeyDown={keys}>
        {picture === undefined ? null : (
          <svg className="hs-back" role="tree" aria-label={words.cluster}>
            <g transform={`translate(${camera.x} ${camera.y}) scale(${camera.zoom})`}>
              <Backdrop picture={picture} />
              <Captions captions={picture.captions} />
              {picture.tiles.map((tile) => (
                <TileView key={tile.id} tile={tile} level={1} selected={false} entering={false} leaving={false} lamp={false} glow={undefined} focusable={false} onPick={pick} />
              ))}
            </g>
          </svg>
        )}
      </div>
    </section>
  );
}
