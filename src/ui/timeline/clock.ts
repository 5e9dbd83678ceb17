import { useEffect, useRef } from 'react';
import { useSession } from '../app/store.ts';

/** Virtual milliseconds now: the last time the engine told, and what has passed since. */
export function virtualNow(): number {
  const { clock, clockAt } = useSession.getState();
  if (clock === undefined) return 0;
  if (clock.paused || clock.holding) return clock.at;
  // Events come at least every 50 ms; never run far ahead of a busy engine.
  return clock.at + Math.min(performance.now() - clockAt, 250) * clock.speed;
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

/** `02:14.380`, with hours in front from the first one on. */
export function clockText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms));
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const hours = Math.floor(whole / 3_600_000);
  const rest = `${pad(Math.floor(whole / 60_000) % 60)}:${pad(Math.floor(whole / 1000) % 60)}.${pad(whole % 1000, 3)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `2:14`, as the strip's axis writes it. */
export function axisText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}
