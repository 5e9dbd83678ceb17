import type { ObjectRef } from '../../../cluster/api/types.ts';
import type { Scene, ScenePod, SceneService } from '../../../playground/scene.ts';
import type { GraphWords } from '../words.ts';
import type { Metrics } from './metrics.ts';
import type { Highlights } from './picture.ts';
import type { Measure } from './text.ts';

/** What every part of the layout needs to know. */
export interface LayoutContext {
  readonly scene: Scene;
  readonly m: Metrics;
  readonly words: GraphWords;
  readonly measure: Measure;
  readonly highlights: Highlights | undefined;
  readonly selected: ObjectRef | undefined;
  /** Width and height in world units. */
  readonly width: number;
  readonly height: number;
  readonly podsByNode: ReadonlyMap<string, readonly ScenePod[]>;
}

export function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Services a learner made: the canopies. Those of the cluster itself stay in the thin row above. */
export function ownServices(scene: Scene): readonly SceneService[] {
  return scene.services.filter((service) => !service.system && !isApiService(service));
}

export function dnsService(scene: Scene): SceneService | undefined {
  return scene.services.find((service) => service.namespace === 'kube-system' && service.name === 'kube-dns');
}

export function isApiService(service: SceneService): boolean {
  return service.namespace === 'default' && service.name === 'kubernetes';
}

export function isSelected(context: LayoutContext, ref: ObjectRef): boolean {
  const selected = context.selected;
  return (
    selected !== undefined &&
    selected.kind === ref.kind &&
    selected.name === ref.name &&
    (selected.namespace ?? '') === (ref.namespace ?? '')
  );
}

/** `10.0.162.149:80`, with the first port. */
export function addressOf(service: SceneService): string {
  const port = service.ports[0]?.port;
  const address = service.clusterIP ?? '';
  return port === undefined || address === '' || address === 'None' ? address : `${address}:${port}`;
}

/** The name a pod goes by where there is little room, longest first: `my-nginx-…jr4a2`, `…jr4a2`. */
export function shortNames(pod: ScenePod): readonly string[] {
  if (pod.suffix === pod.name || pod.suffix === '') return [pod.name];
  const owner = ownerName(pod);
  return [pod.name, ...(owner === '' ? [] : [`${owner}-…${pod.suffix}`]), `…${pod.suffix}`];
}

/** The name a person gave to what made the pod: of a ReplicaSet that a Deployment made, the Deployment's. */
export function ownerName(pod: ScenePod): string {
  const owner = pod.owner;
  if (owner === undefined) return '';
  return owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]{6,10}$/, '') : owner.name;
}

/** `.2.5` of `10.244.2.5`. */
export function tailOf(address: string): string {
  const parts = address.split('.');
  return parts.length === 4 ? `.${parts[2]}.${parts[3]}` : address;
}

/** Cut of a name that the room's header can hold, tried from whole to the part after the last dash. */
export function nodeNames(name: string): readonly string[] {
  const parts = name.split('-');
  const names = [name];
  for (let from = 1; from < parts.length; from++) names.push(parts.slice(from).join('-'));
  return names;
}
