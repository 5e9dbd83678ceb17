import type { Place } from '../../../cluster/network/trace.ts';
import type { Scene } from '../../../playground/scene.ts';
import type { Room, Tile } from './picture.ts';

/** Names a place of a trace so that the picture can be asked where it is. */
export function placeKey(place: Place): string {
  switch (place.at) {
    case 'pod':
      return `pod:${place.namespace}/${place.pod}`;
    case 'node':
      return `shell:${place.node}`;
    case 'rules':
      return `rules:${place.node}`;
    case 'bridge':
    case 'door':
      return `${place.at}:${place.node}`;
    case 'loadbalancer':
      return 'loadbalancer';
    default:
      return place.at;
  }
}

/** Which tile stands for which place: pods by their own tile or the group they folded into. */
export function placesOf(
  tiles: readonly Tile[],
  rooms: readonly Room[],
  scene: Scene,
): Readonly<Record<string, string>> {
  const places: Record<string, string> = {};
  const podsByUid = new Map(scene.pods.map((pod) => [pod.uid, pod]));
  for (const tile of tiles) {
    if (tile.kind === 'outside') places[tile.id] = tile.id;
    else if (tile.kind === 'rules') places[`rules:${tile.id.slice('rules/'.length)}`] = tile.id;
    else if (tile.kind === 'shell') places[`shell:${tile.id.slice('shell/'.length)}`] = tile.id;
    else if (tile.kind === 'pod') {
      const pod = podsByUid.get(tile.id.slice('Pod/'.length));
      if (pod !== undefined) places[`pod:${pod.namespace}/${pod.name}`] = tile.id;
    } else if (tile.kind === 'container') {
      const [, host = '', name = ''] = tile.id.split('/');
      places[`pod:${host}/${name}`] = tile.id;
    } else if (tile.kind === 'group' && tile.members !== undefined) {
      for (const member of tile.members) places[`pod:${member.ref.namespace ?? ''}/${member.name}`] = tile.id;
    }
  }
  const open = new Set(rooms.map((room) => room.node));
  for (const pod of scene.pods) {
    const key = `pod:${pod.namespace}/${pod.name}`;
    if (pod.node !== undefined && places[key] === undefined)
      places[key] = open.has(pod.node) ? `Node/${pod.node}` : 'rack';
  }
  return places;
}
