import { useEffect, useRef } from 'react';
import { useSession } from '../app/store.ts';

/** Virtual milliseconds since the lesson began: what the engine told last, and what has passed since. */
export function virtualNow(): number {
  const { clock, clockAt, origin } = useSession.getState();
  if (clock === undefined) return 0;
  if (clock.paused || clock.holding) return clock.at - origin;
  return clock.at - origin + (performance.now() - clockAt) * clock.speed;
}

/** Calls back with the virtual time, once a frame while it passes and once when it stands. */
export function useVirtualTime(show: (now: number) => void): void {
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      frame = 0;
      latest.current(virtualNow());
      const { clock } = useSession.getState();
      if (clock !== undefined && !clock.paused && !clock.holding) frame = requestAnimationFrame(draw);
    };
    const wake = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    wake();
    const stop = useSession.subscribe((state, before) => {
      if (state.clock !== before.clock) wake();
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, []);
}
