import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Picture, Point } from '../layout/picture.ts';
import { type Camera, fitCamera, sameCamera, towards } from './camera.ts';
import { createGraphCamera, type GraphCamera } from './cytoscape.ts';

export interface CameraHandle {
  /** The camera of this moment; read it each frame. */
  readonly current: RefObject<Camera>;
  readonly fit: () => void;
  readonly zoomBy: (factor: number) => void;
  /**
   * Brings a point of the picture into the view where the picture is larger than it, as on a phone: a step of the way with each
   * frame, or at once. Does nothing while somebody has moved the camera since `subject` began.
   */
  readonly follow: (point: Point, subject: number, atOnce: boolean) => void;
  /** Nothing is followed any more: the camera goes back to where it shows most, unless somebody has moved it. */
  readonly rest: () => void;
  /** Whether a person moved it away from showing everything. */
  readonly moved: boolean;
  /** True once Cytoscape holds the pointer. */
  readonly ready: boolean;
}

/** The part of the way that the camera goes with each frame while it follows. */
const FOLLOWING = 0.14;

export interface CameraEvents {
  readonly onTap: (tile: string | undefined, at: Point) => void;
  readonly onOver: (tile: string | undefined) => void;
}

/**
 * Keeps the layers in step with one camera. Until Cytoscape has loaded the camera shows everything and the SVG tiles take the
 * clicks; afterwards Cytoscape does both. `apply` is called with every camera, outside of React.
 */
export function useCamera(
  hit: RefObject<HTMLDivElement | null>,
  picture: Picture | undefined,
  size: { readonly width: number; readonly height: number },
  apply: (camera: Camera) => void,
  events: CameraEvents,
): CameraHandle {
  const current = useRef<Camera>({ zoom: 1, x: 0, y: 0 });
  const graph = useRef<GraphCamera | undefined>(undefined);
  const movedByHand = useRef(false);
  const [moved, setMoved] = useState(false);
  const [ready, setReady] = useState(false);
  const latest = useRef({ picture, size, apply, events });
  latest.current = { picture, size, apply, events };

  const show = useCallback((camera: Camera) => {
    current.current = camera;
    latest.current.apply(camera);
  }, []);

  useEffect(() => {
    const container = hit.current;
    if (container === null) return;
    let gone = false;
    const load = () => {
      createGraphCamera(container, {
        onCamera(camera, byHand) {
          if (byHand && !movedByHand.current) {
            movedByHand.current = true;
            setMoved(true);
          }
          show(camera);
        },
        onTap: (tile, at) => latest.current.events.onTap(tile, at),
        onOver: (tile) => latest.current.events.onOver(tile),
      }).then(
        (made) => {
          if (gone) {
            made.destroy();
            return;
          }
          graph.current = made;
          const { picture: shown, size: view } = latest.current;
          made.setSize(view.width, view.height);
          if (shown !== undefined) made.setPicture(shown);
          made.moveTo(current.current, false);
          setReady(true);
        },
        () => setReady(false),
      );
    };
    const idle =
      typeof requestIdleCallback === 'function'
        ? requestIdleCallback(load, { timeout: 1500 })
        : window.setTimeout(load, 200);
    return () => {
      gone = true;
      if (typeof cancelIdleCallback === 'function') cancelIdleCallback(idle);
      graph.current?.destroy();
      graph.current = undefined;
    };
  }, [hit, show]);

  const refit = useCallback(
    (animated: boolean) => {
      const { picture: shown, size: view } = latest.current;
      if (shown === undefined || view.width === 0) return;
      const camera = fitCamera(shown, view.width, view.height);
      if (graph.current !== undefined) graph.current.moveTo(camera, animated);
      if (!animated || graph.current === undefined) show(camera);
    },
    [show],
  );

  useEffect(() => {
    if (picture === undefined) return;
    graph.current?.setSize(size.width, size.height);
    graph.current?.setPicture(picture);
    if (!movedByHand.current) refit(false);
    else latest.current.apply(current.current);
  }, [picture, size, refit]);

  const fit = useCallback(() => {
    movedByHand.current = false;
    setMoved(false);
    refit(true);
  }, [refit]);
  const zoomBy = useCallback((factor: number) => graph.current?.zoomBy(factor), []);
  const followed = useRef<number | undefined>(undefined);
  const follow = useCallback(
    (point: Point, subject: number, atOnce: boolean) => {
      const { picture: shown, size: view } = latest.current;
      if (shown === undefined || view.width === 0) return;
      if (followed.current !== subject) {
        followed.current = subject;
        movedByHand.current = false;
      }
      if (movedByHand.current) return;
      const next = towards(current.current, point, shown, view, atOnce ? 1 : FOLLOWING);
      if (sameCamera(next, current.current)) return;
      graph.current?.moveTo(next, false);
      show(next);
    },
    [show],
  );
  const rest = useCallback(() => {
    if (followed.current === undefined || movedByHand.current) return;
    followed.current = undefined;
    refit(true);
  }, [refit]);
  return { current, fit, zoomBy, follow, rest, moved, ready };
}
