import type { Core, ElementDefinition } from 'cytoscape';
import type { Picture, Point, Tile } from '../layout/picture.ts';
import { type Camera, clampCamera, fitCamera, sameCamera } from './camera.ts';

/** What the graph is told by whoever holds the pointer. */
export interface GraphEvents {
  readonly onCamera: (camera: Camera, byHand: boolean) => void;
  /** A tile was tapped, or (undefined) the ground beside all tiles. The point is in world units. */
  readonly onTap: (tile: string | undefined, at: Point) => void;
  readonly onOver: (tile: string | undefined) => void;
}

/** Holds the elements of the picture, the camera and hit testing; draws nothing itself. */
export interface GraphCamera {
  setPicture(picture: Picture): void;
  setSize(width: number, height: number): void;
  moveTo(camera: Camera, animated: boolean): void;
  zoomBy(factor: number): void;
  destroy(): void;
}

/** Containers of other tiles lie below them. */
function layerOf(tile: Tile): number {
  return tile.kind === 'node' || tile.kind === 'rack' ? 1 : 2;
}

function elementOf(tile: Tile): ElementDefinition {
  const { x, y, w, h } = tile.box;
  return {
    group: 'nodes',
    data: { id: tile.id, w, h, layer: layerOf(tile) },
    position: { x: x + w / 2, y: y + h / 2 },
  };
}

/**
 * Loads Cytoscape after first paint and gives it the picture's tiles at preset positions. The elements are transparent: the tiles
 * a person sees are the SVG layer underneath, which follows this camera.
 */
export async function createGraphCamera(container: HTMLElement, events: GraphEvents): Promise<GraphCamera> {
  const { default: cytoscape } = await import('cytoscape');
  const cy: Core = cytoscape({
    container,
    layout: { name: 'preset' },
    minZoom: 0.4,
    maxZoom: 4,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
    pixelRatio: 1,
    style: [
      {
        selector: 'node',
        style: {
          shape: 'rectangle',
          width: 'data(w)',
          height: 'data(h)',
          'background-opacity': 0,
          'border-width': 0,
          'overlay-opacity': 0,
          'z-index': 'data(layer)' as unknown as number,
        },
      },
      { selector: 'core', style: { 'active-bg-opacity': 0 } as unknown as cytoscape.Css.Core },
    ],
  });
  let picture: Picture | undefined;
  let size = { width: container.clientWidth, height: container.clientHeight };
  let steering = false;
  let drawn = new Map<string, Tile>();

  const cameraNow = (): Camera => ({ zoom: cy.zoom(), x: cy.pan().x, y: cy.pan().y });
  cy.on('viewport', () => {
    const camera = cameraNow();
    if (picture !== undefined && !steering) {
      const clamped = clampCamera(camera, picture, size.width, size.height);
      if (!sameCamera(clamped, camera)) {
        steering = true;
        cy.viewport({ zoom: clamped.zoom, pan: { x: clamped.x, y: clamped.y } });
        steering = false;
        events.onCamera(clamped, true);
        return;
      }
    }
    events.onCamera(camera, !steering);
  });
  cy.on('tap', (event) => {
    const id = event.target === cy ? undefined : String(event.target.id());
    events.onTap(id, event.position);
  });
  cy.on('mouseover', 'node', (event) => events.onOver(String(event.target.id())));
  cy.on('mouseout', 'node', () => events.onOver(undefined));
  cy.on('dbltap', (event) => {
    if (event.target === cy && picture !== undefined) moveTo(fitCamera(picture, size.width, size.height), true);
  });

  function moveTo(camera: Camera, animated: boolean): void {
    if (animated) {
      cy.stop();
      cy.animate({ zoom: camera.zoom, pan: { x: camera.x, y: camera.y } }, { duration: 160, easing: 'ease-out' });
      return;
    }
    steering = true;
    cy.viewport({ zoom: camera.zoom, pan: { x: camera.x, y: camera.y } });
    steering = false;
  }

  return {
    setPicture(next) {
      picture = next;
      const now = new Map<string, Tile>();
      for (const tile of next.tiles) if (tile.kind !== 'empty') now.set(tile.id, tile);
      cy.batch(() => {
        for (const id of drawn.keys()) if (!now.has(id)) cy.getElementById(id).remove();
        const added: ElementDefinition[] = [];
        for (const [id, tile] of now) {
          const before = drawn.get(id);
          if (before === undefined) added.push(elementOf(tile));
          else if (before.box !== tile.box) {
            const { x, y, w, h } = tile.box;
            const element = cy.getElementById(id);
            element.position({ x: x + w / 2, y: y + h / 2 });
            if (before.box.w !== w || before.box.h !== h) element.data({ w, h });
          }
        }
        if (added.length > 0) cy.add(added);
      });
      drawn = now;
    },
    setSize(width, height) {
      size = { width, height };
      cy.resize();
    },
    moveTo,
    zoomBy(factor) {
      const zoom = Math.min(4, Math.max(0.4, cy.zoom() * factor));
      cy.zoom({ level: zoom, renderedPosition: { x: size.width / 2, y: size.height / 2 } });
    },
    destroy() {
      cy.destroy();
    },
  };
}
