import type { Box, Picture, TextMark, Tile } from './picture.ts';

/** One text of a picture, where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly owner: string;
  readonly size: number;
  readonly box: Box;
}

/** Every text of a picture with the box its letters fill. */
export function textsOf(picture: Picture): readonly PlacedText[] {
  const texts: PlacedText[] = [];
  const add = (owner: string, mark: TextMark, dx: number, dy: number) => {
    if (mark.text === '') return;
    const x = mark.anchor === 'end' ? mark.x - mark.width : mark.anchor === 'middle' ? mark.x - mark.width / 2 : mark.x;
    texts.push({
      owner,
      text: mark.text,
      size: mark.size,
      box: { x: x + dx, y: mark.y - mark.size * 0.74 + dy, w: mark.width, h: mark.size * 0.8 },
    });
  };
  for (const tile of picture.tiles)
    for (const mark of tile.marks) if (mark.kind === 'text') add(tile.id, mark, tile.box.x, tile.box.y);
  for (const caption of picture.captions) add(`caption ${caption.id}`, caption.mark, 0, 0);
  return texts;
}

export function meet(a: Box, b: Box, slack = 0): boolean {
  return a.x < b.x + b.w - slack && b.x < a.x + a.w - slack && a.y < b.y + b.h - slack && b.y < a.y + a.h - slack;
}

/** Straight pieces of an SVG path made of M, H, V, L and Q; corners count by their end points. */
export function piecesOf(d: string): readonly Box[] {
  const pieces: Box[] = [];
  let x = 0;
  let y = 0;
  for (const [, command = '', rest = ''] of d.matchAll(/([MHVLQ])([^MHVLQ]*)/g)) {
    const numbers = rest
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const [a = 0, b = 0, c = 0, e = 0] = numbers;
    const to =
      command === 'H' ? { x: a, y } : command === 'V' ? { x, y: a } : command === 'Q' ? { x: c, y: e } : { x: a, y: b };
    if (command !== 'M')
      pieces.push({ x: Math.min(x, to.x), y: Math.min(y, to.y), w: Math.abs(to.x - x), h: Math.abs(to.y - y) });
    x = to.x;
    y = to.y;
  }
  return pieces;
}

/** What is wrong with a picture: texts that meet, leave their tile, are crossed by a wire, or are too small to read. */
export function faultsOf(picture: Picture, smallest: number): readonly string[] {
  const faults: string[] = [];
  const texts = textsOf(picture);
  const tiles = new Map(picture.tiles.map((tile) => [tile.id, tile]));
  texts.forEach((one, index) => {
    if (one.size * picture.zoom < smallest - 0.06)
      faults.push(`${one.owner}: "${one.text}" is ${one.size * picture.zoom} px`);
    const tile = tiles.get(one.owner);
    if (tile !== undefined && !inside(one.box, tile.box)) faults.push(`${one.owner}: "${one.text}" leaves its tile`);
    for (const other of texts.slice(index + 1)) {
      if (meet(one.box, other.box, 0.6))
        faults.push(`"${one.text}" of ${one.owner} meets "${other.text}" of ${other.owner}`);
    }
  });
  for (const room of picture.rooms) {
    const lines = [
      ...piecesOf(room.wires),
      ...(room.tether === undefined ? [] : piecesOf(`M${room.tether.x} ${room.tether.from}V${room.tether.to}`)),
    ];
    for (const line of lines) {
      for (const one of texts) {
        if (meet(line, one.box, 0) && !covered(line, one, tiles))
          faults.push(`a wire of ${room.node} crosses "${one.text}" of ${one.owner}`);
      }
    }
  }
  for (const tile of picture.tiles) {
    const { x, y, w, h } = tile.box;
    if (x < -1 || y < -1 || x + w > picture.width + 1 || y + h > picture.height + 1)
      faults.push(`${tile.id} leaves the picture`);
    for (const other of picture.tiles) {
      if (tile.id < other.id && standing(tile) && standing(other) && meet(tile.box, other.box, 0.6))
        faults.push(`${tile.id} meets ${other.id}`);
    }
  }
  return faults;
}

/** Tiles that others stand in. */
function standing(tile: Tile): boolean {
  return tile.kind !== 'node' && tile.kind !== 'rack';
}

function inside(text: Box, tile: Box): boolean {
  return (
    text.x >= tile.x - 0.5 &&
    text.y >= tile.y - 0.5 &&
    text.x + text.w <= tile.x + tile.w + 0.5 &&
    text.y + text.h <= tile.y + tile.h + 0.5
  );
}

/** A wire that passes under an opaque tile does not cross its text. */
function covered(line: Box, text: PlacedText, tiles: ReadonlyMap<string, Tile>): boolean {
  const tile = tiles.get(text.owner);
  return (
    tile !== undefined &&
    tile.kind !== 'node' &&
    tile.kind !== 'service' &&
    meet({ ...line, w: line.w || 0.1, h: line.h || 0.1 }, tile.box)
  );
}
