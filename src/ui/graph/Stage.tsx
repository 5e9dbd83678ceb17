import { type CSSProperties, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Scene } from '../../playground/scene.ts';
import { failureText } from '../hops/failure.ts';
import { announce } from '../hops/hopWords.ts';
import { webFonts } from '../theme/webFonts.ts';
import type { Camera } from './camera/camera.ts';
import { type CameraHandle, useCamera } from './camera/useCamera.ts';
import { Backdrop, Captions } from './draw/Backdrop.tsx';
import { Brackets, FocusRing } from './draw/Front.tsx';
import { PacketMarks, type PacketMarksHandle } from './draw/PacketMarks.tsx';
import { TileView } from './draw/TileView.tsx';
import { GraphTreeView } from './GraphTree.tsx';
import { Legend } from './Legend.tsx';
import { cellAt } from './layout/fold.ts';
import type { Point, Tile } from './layout/picture.ts';
import { canvasMeasure } from './measure.ts';
import { PacketPainter } from './packets/painter.ts';
import type { PacketPlayer, PacketPosition } from './packets/player.ts';
import { usePackets } from './packets/usePackets.ts';
import { highlightsOf } from './path/reveal.ts';
import { treeOf } from './tree.ts';
import { useChanges } from './useChanges.ts';
import { usePicture } from './usePicture.ts';
import { usePlayerState } from './usePlayer.ts';
import { graphWords } from './words.ts';
import './stage.css';

export interface StageProps {
  readonly scene: Scene;
  /** `en`, `zh-CN` or `ko`. */
  readonly locale: string;
  /** Plays the packets; without one the stage stands still. */
  readonly player?: PacketPlayer;
  readonly selected?: ObjectRef;
  /** Something was chosen: an object of the cluster, or `{kind: 'Rules'|'Shell'|'Machine'|'Container'|'DockerHost'}` by name. */
  readonly onSelect: (ref: ObjectRef | undefined) => void;
  /** What something else in the page points at, such as a name in the terminal: it lights up. */
  readonly pointed?: ObjectRef;
  /** Leaves out the head (title, legend, buttons), as on a phone. */
  readonly bare?: boolean;
  /** Further controls in the head. */
  readonly children?: ReactNode;
}

/** The cluster as a building in section, with its packets. */
export function Stage(props: StageProps) {
  const { scene, locale, player, selected, onSelect, pointed, bare } = props;
  const words = graphWords(locale);
  const section = useRef<HTMLElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const hit = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const back = useRef<SVGGElement>(null);
  const front = useRef<SVGGElement>(null);
  const marks = useRef<PacketMarksHandle>(null);
  const size = useSize(view);
  const fonts = useFonts();

  const measure = useMemo(() => measureFor(fonts, locale), [fonts, locale]);
  const [opened, setOpened] = useState<readonly string[]>([]);
  const [focus, setFocus] = useState<string | undefined>();
  const [over, setOver] = useState<string | undefined>();

  const state = usePlayerState(player);
  const { trace, hop, quiet } = state;
  const failure = failureText(state, locale);
  const step = trace?.steps[hop];
  const announcement = trace === undefined || step === undefined || quiet ? '' : announce(step, trace, hop + 1, locale);
  useReducedMotion(player);
  const highlights = useMemo(
    () => (trace === undefined || quiet ? undefined : highlightsOf(trace, hop)),
    [trace, hop, quiet],
  );
  const picture = usePicture({ scene, ...size, words, measure, highlights, selected, opened });
  const changes = useChanges(picture);
  const tree = useMemo(() => (picture === undefined ? undefined : treeOf(picture)), [picture]);
  const tiles = useMemo(() => new Map(picture?.tiles.map((tile) => [tile.id, tile])), [picture]);

  const pick = useCallback(
    (tile: Tile, at?: Point) => {
      if (tile.kind === 'rack-node' && tile.ref !== undefined) {
        const name = tile.ref.name;
        setOpened((now) => [...now.filter((other) => other !== name), name].slice(-3));
      }
      onSelect(memberAt(tile, at) ?? tile.ref);
    },
    [onSelect],
  );
  const pickItem = useCallback(
    (tile: Tile, ref: ObjectRef | undefined) => (ref === undefined ? pick(tile) : onSelect(ref)),
    [pick, onSelect],
  );
  const treeRoot = useRef<HTMLDivElement>(null);

  const painter = useMemo(() => new PacketPainter(), []);
  const redraw = useRef(() => {});
  const apply = useCallback((camera: Camera) => {
    const transform = `translate(${camera.x} ${camera.y}) scale(${camera.zoom})`;
    back.current?.setAttribute('transform', transform);
    front.current?.setAttribute('transform', transform);
    const far = camera.zoom >= 0.95 ? 0 : camera.zoom >= 0.9 ? 1 : camera.zoom >= 0.8 ? 2 : 3;
    view.current?.setAttribute('data-far', `${far}`);
    redraw.current();
  }, []);
  const camera = useCamera(hit, picture, size, apply, {
    onTap: (id, at) => {
      const tile = id === undefined ? undefined : tiles.get(id);
      if (tile === undefined) onSelect(undefined);
      else pick(tile, at);
    },
    onOver: setOver,
  });
  const { follow, rest } = camera;
  useEffect(() => {
    if (quiet) rest();
  }, [quiet, rest]);
  const onFrame = useCallback(
    (position: PacketPosition | undefined) => {
      marks.current?.follow(position);
      const head = position === undefined ? undefined : painter.head(position);
      if (position !== undefined && head !== undefined)
        follow(head, position.trace.id, matchMedia('(prefers-reduced-motion: reduce)').matches);
    },
    [follow, painter],
  );
  const layer = usePackets(canvas, player, painter, picture, size, camera.current, onFrame);
  redraw.current = layer.redraw;

  useStageInput(view, camera, (id) => {
    const tile = id === undefined ? undefined : tiles.get(id);
    if (tile === undefined) onSelect(undefined);
    else pick(tile);
  });

  const chosen = selected === undefined ? undefined : picture?.tiles.find((tile) => stands(tile, selected));
  const lamp = pointed === undefined ? undefined : picture?.tiles.find((tile) => stands(tile, pointed));
  const focused = focus === undefined ? undefined : tiles.get(focus);
  const hovered = useLater(over, 450);
  const told = hovered === undefined || hovered !== over ? undefined : tiles.get(hovered);
  return (
    <section className="hs-stage" ref={section} aria-label={words.cluster}>
      {bare ? null : (
        <header className="hs-head">
          <h2>{words.cluster}</h2>
          {props.children}
          <Legend words={words} failure={failure} />
          <StageTools words={words} fit={camera.fit} moved={camera.moved} section={section} />
        </header>
      )}
      <div className="hs-view" ref={view}>
        {picture === undefined || tree === undefined ? null : (
          <GraphTreeView
            tree={tree}
            label={words.graphOf(scene.nodes.length, scene.services.length, scene.pods.length)}
            tiles={tiles}
            selected={chosen?.id}
            root={treeRoot}
            onFocus={setFocus}
            onPick={pickItem}
          />
        )}
        {picture === undefined ? null : (
          <svg className="hs-back" aria-hidden="true">
            <g ref={back}>
              <Backdrop picture={picture} />
              <Captions captions={picture.captions} />
              {[...picture.tiles, ...changes.leaving].map((tile, index) => (
                <TileView
                  key={tile.id}
                  tile={tile}
                  entering={changes.entering.has(tile.id)}
                  leaving={index >= picture.tiles.length}
                  lamp={tile === lamp}
                  hovered={tile.id === over && outlined(tile)}
                  glow={changes.glow.get(tile.id)}
                />
              ))}
            </g>
          </svg>
        )}
        <canvas ref={canvas} />
        <svg className="hs-front" aria-hidden="true">
          <g ref={front}>
            {chosen === undefined ? null : <Brackets box={chosen.box} />}
            {focused === undefined ? null : <FocusRing box={focused.box} radius={focused.radius} />}
            {picture === undefined || trace === undefined || quiet ? null : (
              <PacketMarks
                ref={marks}
                picture={picture}
                scene={scene}
                state={state}
                painter={painter}
                measure={measure}
              />
            )}
          </g>
        </svg>
        <div
          className={over === undefined ? 'hs-hit' : 'hs-hit over'}
          ref={hit}
          style={camera.ready ? undefined : HIDDEN}
          aria-hidden="true"
        />
        {told === undefined ? null : <Tip tile={told} camera={camera.current.current} size={size} />}
      </div>
      <div className="hs-sr" aria-live="polite">
        {announcement}
      </div>
    </section>
  );
}

/** Whether pointing at a tile may show in its outline, which otherwise says what state it is in. */
function outlined(tile: Tile): boolean {
  return (
    tile.kind !== 'node' &&
    !tile.looks.some((look) => look === 'hot' || look === 'pending' || look === 'bad' || look === 'failed')
  );
}

/** Keys of the camera, and clicks until Cytoscape holds the pointer: till then the drawing itself says what was hit. */
function useStageInput(
  view: { readonly current: HTMLDivElement | null },
  camera: CameraHandle,
  onHit: (tile: string | undefined) => void,
): void {
  const latest = useRef({ camera, onHit });
  latest.current = { camera, onHit };
  useEffect(() => {
    const element = view.current;
    if (element === null) return;
    const keys = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { camera: held, onHit: hit } = latest.current;
      if (event.key === 'Escape') hit(undefined);
      else if (event.key === '0') held.fit();
      else if (event.key === '+' || event.key === '=') held.zoomBy(1.2);
      else if (event.key === '-') held.zoomBy(1 / 1.2);
    };
    const click = (event: MouseEvent) => {
      if (latest.current.camera.ready || !(event.target instanceof Element)) return;
      latest.current.onHit(event.target.closest('[data-tile]')?.getAttribute('data-tile') ?? undefined);
    };
    element.addEventListener('keydown', keys);
    element.addEventListener('click', click);
    return () => {
      element.removeEventListener('keydown', keys);
      element.removeEventListener('click', click);
    };
  }, [view]);
}

const HIDDEN: CSSProperties = { pointerEvents: 'none' };

/** What a click on a folded group means: the pod whose square was hit. */
function memberAt(tile: Tile, at: Point | undefined): ObjectRef | undefined {
  if (tile.members === undefined) return undefined;
  const cells = tile.marks.find((mark) => mark.kind === 'cells');
  if (at === undefined || cells === undefined) return tile.members[tile.members.length - 1]?.ref;
  const index = cellAt(cells, at.x - tile.box.x, at.y - tile.box.y);
  return index === undefined ? tile.members[tile.members.length - 1]?.ref : tile.members[index]?.ref;
}

/** Whether a tile stands for an object, by itself or with others. */
function stands(tile: Tile, ref: ObjectRef): boolean {
  const equal = (other: ObjectRef | undefined) =>
    other !== undefined &&
    other.kind === ref.kind &&
    other.name === ref.name &&
    (other.namespace ?? '') === (ref.namespace ?? '');
  return (tile.kind !== 'mount' && equal(tile.ref)) || (tile.members?.some((member) => equal(member.ref)) ?? false);
}

function Tip({
  tile,
  camera,
  size,
}: {
  readonly tile: Tile;
  readonly camera: Camera;
  readonly size: { readonly width: number; readonly height: number };
}) {
  const x = camera.x + (tile.box.x + tile.box.w / 2) * camera.zoom;
  const below = camera.y + (tile.box.y + tile.box.h) * camera.zoom + 8;
  const style: CSSProperties = {
    left: Math.max(8, Math.min(x - 120, size.width - 328)),
    ...(below < size.height - 60
      ? { top: below }
      : { bottom: size.height - (camera.y + tile.box.y * camera.zoom) + 8 }),
  };
  if (tile.kind === 'node' || tile.kind === 'empty') return null;
  return (
    <div className="hs-tip" style={style} aria-hidden="true">
      {tile.name}
    </div>
  );
}

function StageTools(props: {
  readonly words: ReturnType<typeof graphWords>;
  readonly fit: () => void;
  readonly moved: boolean;
  readonly section: { readonly current: HTMLElement | null };
}) {
  const { words, fit, moved, section } = props;
  const [full, setFull] = useState(false);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement === section.current);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, [section]);
  const toggle = () => {
    const done = full ? document.exitFullscreen() : section.current?.requestFullscreen();
    done?.catch(() => setFull(false));
  };
  return (
    <div className="hs-tools">
      {moved ? (
        <button type="button" className="hs-tool" aria-label={words.fit} title={words.fit} onClick={fit}>
          <svg className="hs-icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 2.4v2.4M8 11.2v2.4M2.4 8h2.4M11.2 8h2.4" />
            <circle cx="8" cy="8" r="2.4" />
          </svg>
        </button>
      ) : null}
      <button
        type="button"
        className="hs-tool"
        aria-label={full ? words.leaveFullscreen : words.fullscreen}
        title={full ? words.leaveFullscreen : words.fullscreen}
        onClick={toggle}
      >
        <svg className="hs-icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d={
              full
                ? 'M5.6 2.6v3h-3M10.4 2.6v3h3M13.4 10.4h-3v3M5.6 13.4v-3h-3'
                : 'M2.6 5.6v-3h3M10.4 2.6h3v3M13.4 10.4v3h-3M5.6 13.4h-3v-3'
            }
          />
        </svg>
      </button>
    </div>
  );
}

/** A value after it stayed the same for a while. */
function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return later;
}

/** Size of an element in CSS pixels, zero before it is measured. */
function useSize(element: { readonly current: HTMLElement | null }): {
  readonly width: number;
  readonly height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const measureIt = () => {
      const width = target.clientWidth;
      const height = target.clientHeight;
      setSize((now) => (now.width === width && now.height === height ? now : { width, height }));
    };
    const observer = new ResizeObserver(measureIt);
    observer.observe(target);
    measureIt();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Tells the player what the system asks for: packets that step instead of sliding. */
function useReducedMotion(player: PacketPlayer | undefined): void {
  useEffect(() => {
    if (player === undefined) return;
    const query = matchMedia('(prefers-reduced-motion: reduce)');
    const tell = () => player.setReducedMotion(query.matches);
    tell();
    query.addEventListener('change', tell);
    return () => query.removeEventListener('change', tell);
  }, [player]);
}

/** A measure in the theme's fonts; a new one once they arrived or the language changed, so that every text is measured again. */
function measureFor(_fonts: boolean, _locale: string): ReturnType<typeof canvasMeasure> {
  const style = getComputedStyle(document.documentElement);
  const family = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return canvasMeasure({ mono: family('--mono', 'monospace'), sans: family('--font', 'sans-serif') });
}

/** Turns true once the web fonts have arrived: measured widths change then. */
function useFonts(): boolean {
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    let gone = false;
    webFonts().then(
      () => {
        if (!gone) setLoaded(true);
      },
      () => {},
    );
    return () => {
      gone = true;
    };
  }, []);
  return loaded;
}
