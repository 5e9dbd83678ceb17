import type { Hue, Point } from '../layout/picture.ts';
import { type Polyline, pointAt, slice } from '../path/polyline.ts';
import { type Palette, withAlpha } from './palette.ts';

/** Longest tail of a followed packet, and of one in the background. */
export const TAIL = 136;
export const SHORT_TAIL = 46;
const HEAD = 6.75;

type Canvas = CanvasRenderingContext2D;

/** Draws the way already travelled: solid, with a keyline in the light theme so that amber stays amber. */
export function drawTravelled(canvas: Canvas, palette: Palette, hue: Hue, points: readonly Point[]): void {
  if (points.length < 2) return;
  const { fill, ink } = palette.hues[hue];
  canvas.lineCap = 'round';
  canvas.lineJoin = 'round';
  trace(canvas, points);
  if (palette.light) {
    canvas.strokeStyle = ink;
    canvas.lineWidth = 4.6;
    canvas.stroke();
    canvas.strokeStyle = fill;
    canvas.lineWidth = 2.4;
    canvas.stroke();
    return;
  }
  canvas.strokeStyle = withAlpha(ink, 0.62);
  canvas.lineWidth = 2;
  canvas.stroke();
}

/** Draws the way to come: dotted, over a line in the ground's colour that hides the idle wire. */
export function drawToCome(
  canvas: Canvas,
  palette: Palette,
  hue: Hue,
  points: readonly Point[],
  groundY: number | undefined,
  wireY: number | undefined,
): void {
  if (points.length < 2) return;
  canvas.lineCap = 'butt';
  canvas.lineWidth = 4;
  for (let index = 1; index < points.length; index++) {
    const a = points[index - 1];
    const b = points[index];
    if (a === undefined || b === undefined) continue;
    const y = (a.y + b.y) / 2;
    canvas.strokeStyle =
      groundY === undefined || y < groundY
        ? palette.surface
        : wireY !== undefined && Math.abs(y - wireY) < 7
          ? palette.stage
          : palette.ground;
    if (groundY === undefined && Math.min(a.x, b.x) < 44) canvas.strokeStyle = palette.stage;
    trace(canvas, [a, b]);
    canvas.stroke();
  }
  canvas.lineCap = 'round';
  canvas.strokeStyle = withAlpha(palette.hues[hue].ink, 0.9);
  canvas.lineWidth = 1.6;
  canvas.setLineDash([0.1, 5.4]);
  trace(canvas, points);
  canvas.stroke();
  canvas.setLineDash([]);
}

/** The open arrow at the end of a path. */
export function drawArrow(canvas: Canvas, palette: Palette, hue: Hue, from: Point, to: Point): void {
  const dx = Math.sign(Math.round(to.x - from.x));
  const dy = Math.sign(Math.round(to.y - from.y));
  if (dx === 0 && dy === 0) return;
  canvas.strokeStyle = palette.hues[hue].ink;
  canvas.lineWidth = 1.6;
  canvas.lineCap = 'round';
  canvas.lineJoin = 'round';
  canvas.beginPath();
  const tip = { x: to.x - dx, y: to.y - dy };
  canvas.moveTo(tip.x - dx * 6 + dy * 4.5, tip.y - dy * 6 + dx * 4.5);
  canvas.lineTo(tip.x, tip.y);
  canvas.lineTo(tip.x - dx * 6 - dy * 4.5, tip.y - dy * 6 - dx * 4.5);
  canvas.stroke();
}

/** A tapering tail that follows the corners of the path, ending at `distance`. */
export function drawTail(
  canvas: Canvas,
  palette: Palette,
  hue: Hue,
  line: Polyline,
  distance: number,
  length: number,
  width: number,
): void {
  const start = Math.max(0, distance - length);
  if (distance - start < 2) return;
  const points = slice(line, start, distance);
  const head = points[points.length - 1];
  const end = points[0];
  if (head === undefined || end === undefined) return;
  const left: Point[] = [];
  const right: Point[] = [];
  const total = distance - start;
  const pieces = Math.max(4, Math.min(18, Math.round(total / 8)));
  for (let piece = 0; piece <= pieces; piece++) {
    const t = piece / pieces;
    const at = start + total * t;
    const here = pointAt(line, at);
    const before = pointAt(line, at - 1);
    const after = pointAt(line, at + 1);
    const dx = after.x - before.x;
    const dy = after.y - before.y;
    const norm = Math.hypot(dx, dy) || 1;
    const half = 0.5 + (width - 0.5) * t * t;
    left.push({ x: here.x + (dy / norm) * half, y: here.y - (dx / norm) * half });
    right.push({ x: here.x - (dy / norm) * half, y: here.y + (dx / norm) * half });
  }
  const { fill, ink } = palette.hues[hue];
  const gradient = canvas.createLinearGradient(end.x, end.y, head.x, head.y);
  gradient.addColorStop(0, withAlpha(fill, 0));
  gradient.addColorStop(1, palette.light ? withAlpha(ink, 0.85) : withAlpha(fill, 0.95));
  canvas.fillStyle = gradient;
  trace(canvas, [...left, ...right.reverse()]);
  canvas.closePath();
  canvas.fill();
}

/** The head: disc, diamond, hexagon with a hole, ring or cross. `scale` 1 is a followed packet. */
export function drawHead(canvas: Canvas, palette: Palette, hue: Hue, at: Point, scale: number, halo: boolean): void {
  const { fill, ink } = palette.hues[hue];
  if (halo) {
    canvas.fillStyle = withAlpha(fill, 0.2);
    canvas.beginPath();
    canvas.arc(at.x, at.y, 13 * scale, 0, Math.PI * 2);
    canvas.fill();
  }
  const unit = (HEAD / 5) * scale;
  canvas.save();
  canvas.translate(at.x, at.y);
  canvas.scale(unit, unit);
  canvas.lineWidth = 1.1;
  canvas.strokeStyle = palette.edge;
  canvas.fillStyle = fill;
  canvas.beginPath();
  switch (hue) {
    case 'dns':
      canvas.moveTo(0, -6.2);
      canvas.lineTo(6.2, 0);
      canvas.lineTo(0, 6.2);
      canvas.lineTo(-6.2, 0);
      canvas.closePath();
      break;
    case 'tls':
      canvas.moveTo(-2.9, -5.4);
      canvas.lineTo(2.9, -5.4);
      canvas.lineTo(6, 0);
      canvas.lineTo(2.9, 5.4);
      canvas.lineTo(-2.9, 5.4);
      canvas.lineTo(-6, 0);
      canvas.closePath();
      break;
    case 'reply':
      canvas.arc(0, 0, 4.3, 0, Math.PI * 2);
      canvas.fillStyle = palette.stage;
      canvas.strokeStyle = ink;
      canvas.lineWidth = 2.4;
      break;
    case 'drop':
      canvas.moveTo(-4.2, -4.2);
      canvas.lineTo(4.2, 4.2);
      canvas.moveTo(4.2, -4.2);
      canvas.lineTo(-4.2, 4.2);
      canvas.strokeStyle = ink;
      canvas.lineWidth = 2.6;
      canvas.lineCap = 'round';
      break;
    default:
      canvas.arc(0, 0, 5, 0, Math.PI * 2);
  }
  if (hue !== 'drop') canvas.fill();
  canvas.stroke();
  if (hue === 'tls') {
    canvas.beginPath();
    canvas.arc(0, 0, 1.9, 0, Math.PI * 2);
    canvas.fillStyle = palette.edge;
    canvas.fill();
  }
  canvas.restore();
}

function trace(canvas: Canvas, points: readonly Point[]): void {
  canvas.beginPath();
  points.forEach((point, index) => {
    if (index === 0) canvas.moveTo(point.x, point.y);
    else canvas.lineTo(point.x, point.y);
  });
}
