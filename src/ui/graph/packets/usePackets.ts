import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { Camera } from '../camera/camera.ts';
import type { Picture } from '../layout/picture.ts';
import type { PacketPainter } from './painter.ts';
import { type Palette, readPalette } from './palette.ts';
import type { PacketPlayer, PacketPosition } from './player.ts';

export interface PacketLayer {
  /** Draws the next frame even if nothing moves: the picture or the camera changed. */
  readonly redraw: () => void;
}

/**
 * Runs the frame loop of the packet canvas. It sleeps while nothing moves. `onFrame` is told where the followed packet is, so that
 * what travels with it (its flag) can be put in place without React.
 */
export function usePackets(
  canvas: RefObject<HTMLCanvasElement | null>,
  player: PacketPlayer | undefined,
  painter: PacketPainter,
  picture: Picture | undefined,
  size: { readonly width: number; readonly height: number },
  camera: RefObject<Camera>,
  onFrame: (position: PacketPosition | undefined) => void,
): PacketLayer {
  const frame = useRef(0);
  const latest = useRef({ size, onFrame, picture });
  latest.current = { size, onFrame, picture };
  const palette = useRef<Palette | undefined>(undefined);

  const draw = useCallback(
    (now: number) => {
      frame.current = 0;
      const element = canvas.current;
      const context = element?.getContext('2d');
      if (element === null || element === undefined || context === null || context === undefined) return;
      const more = player?.tick(now) ?? false;
      const { width, height } = latest.current.size;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      palette.current ??= readPalette(element);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, element.width, element.height);
      const { zoom, x, y } = camera.current;
      context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
      if (player !== undefined) {
        context.save();
        clipOutside(context, latest.current.picture, element.parentElement);
        painter.paint(context, palette.current, player, now);
        context.restore();
      }
      latest.current.onFrame(player?.position());
      if (more && frame.current === 0) frame.current = requestAnimationFrame(draw);
    },
    [canvas, player, painter, camera],
  );

  const redraw = useCallback(() => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  }, [draw]);

  useEffect(() => {
    const stop = player?.onWake(redraw);
    redraw();
    return () => {
      stop?.();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [player, redraw]);

  useEffect(() => {
    if (picture !== undefined) painter.setPicture(picture);
    redraw();
  }, [picture, painter, redraw]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const repaint = () => {
      palette.current = undefined;
      redraw();
    };
    const observer = new MutationObserver(repaint);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'lang'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', repaint);
    return () => {
      observer.disconnect();
      system.removeEventListener('change', repaint);
    };
  }, [canvas, redraw]);

  return { redraw };
}

/** Packets pass behind the machines at the end of the wire, but for one that has stepped back for the packet's flag. */
function clipOutside(context: CanvasRenderingContext2D, picture: Picture | undefined, view: HTMLElement | null): void {
  const away = new Set([...(view?.querySelectorAll('.under') ?? [])].map((each) => each.getAttribute('data-tile')));
  const boxes = picture?.tiles.filter((tile) => tile.kind === 'outside' && !away.has(tile.id)) ?? [];
  if (boxes.length === 0 || picture === undefined) return;
  context.beginPath();
  context.rect(-4000, -4000, picture.width + 8000, picture.height + 8000);
  for (const { box } of boxes) context.rect(box.x, box.y, box.w, box.h);
  context.clip('evenodd');
}
