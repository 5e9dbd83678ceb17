import { useEffect } from 'react';
import type { PacketPlayer, PacketPosition } from '../graph/packets/player.ts';

/** Calls back once a frame while the player moves, and once when it was moved by hand. Several callers share the player's clock. */
export function usePlayerFrames(player: PacketPlayer, onFrame: (position: PacketPosition | undefined) => void): void {
  useEffect(() => {
    let frame = 0;
    const run = (now: number) => {
      frame = 0;
      const more = player.tick(now);
      onFrame(player.position());
      if (more && frame === 0) frame = requestAnimationFrame(run);
    };
    const wake = () => {
      if (frame === 0) frame = requestAnimationFrame(run);
    };
    const stop = player.onWake(wake);
    wake();
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [player, onFrame]);
}
