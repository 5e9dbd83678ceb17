import { useMemo, useSyncExternalStore } from 'react';
import { PacketPlayer, type PlayerOptions, type PlayerState } from './packets/player.ts';

const IDLE = new PacketPlayer();

/** What the page shows of a player: current trace, hop, whether it plays. Changes at most once a hop. */
export function usePlayerState(player: PacketPlayer | undefined): PlayerState {
  const source = player ?? IDLE;
  return useSyncExternalStore(source.subscribe, source.snapshot, source.snapshot);
}

/** Makes a player that lives as long as the component, and its state. `onShown` must not change. */
export function usePacketPlayer(options: PlayerOptions): {
  readonly player: PacketPlayer;
  readonly state: PlayerState;
} {
  const onShown = options.onShown;
  const player = useMemo(() => new PacketPlayer(onShown === undefined ? {} : { onShown }), [onShown]);
  return { player, state: usePlayerState(player) };
}
