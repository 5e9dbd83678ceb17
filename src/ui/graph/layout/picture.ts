import type { ObjectRef } from '../../../cluster/api/types.ts';

/**
 * The positioned drawing that the layout makes from a scene. Everything is in world units: one unit is one CSS pixel when the
 * camera shows the picture at {@link Picture.zoom} 1. Marks inside a tile are relative to the tile's top left corner, so that a
 * tile that only moves keeps its marks.
 */

/** Chosen by the size of the container, not of the window. */
export type Density = 'S' | 'M' | 'L' | 'P';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What a text is painted with: each is a token of the theme with at least 4.5:1 on its ground. */
export type Ink = 'strong' | 'normal' | 'faint' | 'good' | 'warn' | 'bad' | 'pending' | 'hot';

/** Colour of what a followed packet touches. */
export type Hue = 'http' | 'dns' | 'tls' | 'reply' | 'drop';

export type StateGlyph = 'pending' | 'ready' | 'notready' | 'terminating' | 'failed' | 'succeeded';

export type GlyphName =
  | 'pod'
  | 'service'
  | 'dns'
  | 'node'
  | 'rules'
  | 'shell'
  | 'laptop'
  | 'internet'
  | 'loadbalancer'
  | 'nodeport'
  | 'secret'
  | 'configmap'
  | 'volume'
  | 'container'
  | 'deployment'
  | 'cloud';

export interface TextMark {
  readonly kind: 'text';
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly font: 'mono' | 'sans';
  readonly ink: Ink;
  readonly bold?: boolean;
  readonly struck?: boolean;
  readonly anchor?: 'middle' | 'end';
  /** Measured width, for the test that no two texts meet. */
  readonly width: number;
}

export interface GlyphMark {
  readonly kind: 'glyph';
  readonly name: GlyphName;
  /** Top left of a 16 by 16 drawing. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly faint?: boolean;
}

export interface StateMark {
  readonly kind: 'state';
  readonly state: StateGlyph;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface StrokeMark {
  readonly kind: 'stroke';
  readonly role: 'fork' | 'fork-hot' | 'arrow' | 'hook' | 'private' | 'rule';
  readonly d: string;
}

export interface BoxMark {
  readonly kind: 'box';
  readonly role: 'chip' | 'chip-hot' | 'chip-off' | 'chip-bad' | 'chip-not-yet' | 'pick' | 'tag' | 'refuse' | 'equal';
  readonly box: Box;
  readonly radius: number;
}

/** Squares of folded pods: one square, one pod. Runs follow each other, worst last. */
export interface CellsMark {
  readonly kind: 'cells';
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly size: number;
  readonly gap: number;
  readonly runs: readonly { readonly look: CellLook; readonly count: number }[];
}

export type CellLook = StateGlyph | 'other' | 'target';

export type Mark = TextMark | GlyphMark | StateMark | StrokeMark | BoxMark | CellsMark;

export type TileKind =
  | 'service'
  | 'thin-service'
  | 'virtual'
  | 'empty'
  | 'node'
  | 'rack'
  | 'rack-node'
  | 'pod'
  | 'group'
  | 'shell'
  | 'rules'
  | 'mount'
  | 'outside'
  | 'container';

/** One object of the graph: something that can be pointed at, selected and read aloud. */
export interface Tile {
  readonly id: string;
  readonly kind: TileKind;
  readonly box: Box;
  readonly radius: number;
  /** Class names that say how it looks: `ready`, `pending`, `hot`, `ghost`, ... */
  readonly looks: readonly string[];
  readonly hue?: Hue;
  readonly marks: readonly Mark[];
  readonly ref?: ObjectRef;
  /** Complete text equivalent, in the language of the page. */
  readonly name: string;
  /** Id of the tile it stands in, for the tree that a keyboard walks. */
  readonly parent?: string;
  /** Objects that folded into it, in the order of its squares. */
  readonly members?: readonly FoldedPod[];
  /** Changes whenever what it stands for changed: the tile glows briefly. */
  readonly stamp?: string;
}

export interface FoldedPod {
  readonly uid: string;
  readonly name: string;
  readonly ref: ObjectRef;
}

/** The gutters of one room: the only places where wires and packets go. */
export interface Tracks {
  readonly riserX: number;
  readonly bridgeY: number;
  readonly trunkX: number;
  /** Where a packet enters the rules from the riser, and where it leaves them for the trunk. */
  readonly rulesIn: Point;
  readonly rulesOut: Point;
  readonly door: Point;
  readonly street: Point;
  /** Where each tile of the room touches the riser, by tile id. */
  readonly ports: Readonly<Record<string, Point>>;
}

export interface Room {
  /** Node or Docker host name. */
  readonly node: string;
  readonly tile: string;
  readonly box: Box;
  readonly state: 'ready' | 'notready' | 'dark';
  readonly thin: boolean;
  readonly door: { readonly side: 'bottom' | 'left'; readonly from: number; readonly to: number };
  readonly tracks: Tracks;
  /** Idle wires, as an SVG path. */
  readonly wires: string;
  /** Private conduits (docker0, lo) that stay inside the walls. */
  readonly conduit?: { readonly from: Point; readonly to: Point };
  /** Free space under the rules, on both sides of the trunk, where a flag may stand; absent when there is none. */
  readonly flag?: Box;
  /** Vertical dotted line from the canopy to the rules. */
  readonly tether?: { readonly x: number; readonly from: number; readonly to: number; readonly dead: boolean };
}

export interface Street {
  readonly from: Point;
  readonly to: Point;
}

export interface HealthCheck {
  readonly node: string;
  readonly d: string;
  readonly at: Point;
  readonly passing: boolean;
}

/** Text that belongs to no tile. */
export interface Caption {
  readonly id: string;
  readonly mark: TextMark;
}

export interface Picture {
  readonly density: Density;
  readonly width: number;
  readonly height: number;
  /** Screen pixels per unit at which the picture fits its container with readable text. */
  readonly zoom: number;
  /** Where the ground begins; below it is the wire. Absent on a phone, where the wire is at the side. */
  readonly groundY?: number;
  readonly streets: readonly Street[];
  readonly rooms: readonly Room[];
  readonly tiles: readonly Tile[];
  readonly captions: readonly Caption[];
  /** Dotted lines that say "not yet", as SVG paths. */
  readonly promises: readonly string[];
  /** Health checks of a load balancer: thin lines below the wire, each ending in the state of a node. */
  readonly checks: readonly HealthCheck[];
  /** Vertical line between two worlds, when Docker hosts stand beside the cluster. */
  readonly divide?: { readonly x: number; readonly from: number; readonly to: number };
  /** Tile of a pod, a machine or an outside place by the key that `placeKey` makes. */
  readonly places: Readonly<Record<string, string>>;
}

/** Which parts of the picture the followed packet touches, as far as it has come. */
export interface Highlights {
  readonly hue: Hue;
  /** Nodes on the path, in order: their rooms stay open. */
  readonly nodes: readonly string[];
  /** `namespace/name` of pods that are lit. */
  readonly pods: readonly string[];
  /** Nodes whose rules decided. */
  readonly rules: readonly {
    readonly node: string;
    readonly service?: string;
    readonly endpoint?: string;
    readonly refused?: boolean;
  }[];
  /** `namespace/name` of the Service asked for, and the endpoint it was turned into. */
  readonly service?: string;
  readonly endpoint?: string;
}
