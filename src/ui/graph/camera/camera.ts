import type { Picture } from '../layout/picture.ts';

/** Screen = world × zoom + (x, y), in CSS pixels of the view. */
export interface Camera {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** The camera that shows the whole picture, centred; a picture larger than the view starts at its top and left. */
export function fitCamera(picture: Pick<Picture, 'width' | 'height' | 'zoom'>, width: number, height: number): Camera {
  const zoom = picture.zoom;
  const w = picture.width * zoom;
  const h = picture.height * zoom;
  return { zoom, x: Math.round(Math.max(0, (width - w) / 2)), y: Math.round(Math.max(0, (height - h) / 2)) };
}

/** Keeps the picture in reach: at least a part of it stays in the view. */
export function clampCamera(
  camera: Camera,
  picture: Pick<Picture, 'width' | 'height'>,
  width: number,
  height: number,
): Camera {
  const w = picture.width * camera.zoom;
  const h = picture.height * camera.zoom;
  const clamp = (value: number, size: number, view: number) => {
    const slack = Math.min(view * 0.5, 160);
    const low = Math.min(view - size, 0) - slack;
    const high = Math.max(view - size, 0) + slack;
    return Math.min(high, Math.max(low, value));
  };
  return { zoom: camera.zoom, x: clamp(camera.x, w, width), y: clamp(camera.y, h, height) };
}

export function sameCamera(a: Camera, b: Camera): boolean {
  return a.zoom === b.zoom && a.x === b.x && a.y === b.y;
}

/** How far from the view's edge a followed point is kept, in CSS pixels; at most a third of the view. */
const EDGE = 64;

/**
 * The camera after a part of the way to where a point is well inside the view: only along the axes on which the picture is larger than
 * the view, and not beyond the picture's own edge.
 */
export function towards(
  camera: Camera,
  point: { readonly x: number; readonly y: number },
  picture: Pick<Picture, 'width' | 'height'>,
  view: { readonly width: number; readonly height: number },
  part: number,
): Camera {
  const axis = (offset: number, at: number, length: number, room: number) => {
    const size = length * camera.zoom;
    if (size <= room) return offset;
    const edge = Math.min(EDGE, room / 3);
    const place = at * camera.zoom + offset;
    const wanted = offset + Math.max(edge - place, 0) - Math.max(place - (room - edge), 0);
    const held = Math.min(0, Math.max(room - size, wanted));
    const next = offset + (held - offset) * part;
    return Math.abs(held - next) < 0.5 ? held : next;
  };
  return {
    zoom: camera.zoom,
    x: axis(camera.x, point.x, picture.width, view.width),
    y: axis(camera.y, point.y, picture.height, view.height),
  };
}
