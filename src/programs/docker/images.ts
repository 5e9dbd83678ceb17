import type { Routine } from '../../sim/routine.ts';
import { type Call, type DockerCommand, each, RunError } from './command.ts';
import type { LocalImage } from './container.ts';
import { complete, DaemonError } from './engine.ts';
import { fill } from './template.ts';
import { sizeWords, spanWords, table } from './units.ts';

/** Pulls an image and tells of it as docker does when its output is no terminal. @throws RunError */
export function* fetch(call: Call, reference: string, say: (text: string) => Routine): Routine<LocalImage> {
  const full = complete(reference);
  const tag = full.slice(full.lastIndexOf(':') + 1);
  const known = call.engine.local(reference);
  let image: LocalImage;
  try {
    image = yield* call.engine.pull(reference);
  } catch (error) {
    if (error instanceof DaemonError) throw new RunError(`Error response from daemon: ${error.message}`);
    throw error;
  }
  yield* say(`${tag}: Pulling from ${image.repository}\n`);
  const layers = layersOf(image);
  for (const layer of known === undefined ? layers : []) yield* say(`${layer}: Pulling fs layer\n`);
  for (const layer of known === undefined ? layers : [])
    yield* say(`${layer}: Verifying Checksum\n${layer}: Download complete\n`);
  for (const layer of known === undefined ? layers : []) yield* say(`${layer}: Pull complete\n`);
  yield* say(
    `Digest: sha256:${image.digest}\nStatus: ${known === undefined ? 'Downloaded newer image' : 'Image is up to date'} for ${full}\n`,
  );
  return image;
}

function layersOf(image: LocalImage): string[] {
  const count = Math.min(5, 1 + Math.floor(image.sizeBytes / 20_000_000));
  return Array.from({ length: count }, (_, index) => image.id.slice(index * 12, index * 12 + 12));
}

export const pull: DockerCommand = {
  name: 'pull',
  aliases: ['image pull'],
  arguments: [1, 1],
  *run(call) {
    const [reference = ''] = call.operands;
    if (call.flags.has('quiet')) {
      yield* fetch(call, reference, function* () {});
      yield* call.out(`${official(complete(reference))}\n`);
      return 0;
    }
    if (complete(reference) !== reference) yield* call.out('Using default tag: latest\n');
    try {
      yield* fetch(call, reference, (text) => call.out(text));
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      yield* call.err(`${error.message}\n`);
      return 1;
    }
    yield* call.out(`${official(complete(reference))}\n`);
    return 0;
  },
};

function official(reference: string): string {
  const [first = ''] = reference.split('/');
  if (!reference.includes('/')) return `docker.io/library/${reference}`;
  return first.includes('.') ? reference : `docker.io/${reference}`;
}

export const images: DockerCommand = {
  name: 'images',
  aliases: ['image ls', 'image list'],
  arguments: [0, 1],
  *run(call) {
    const { engine, flags } = call;
    const [only] = call.operands;
    const now = engine.sim.calendar();
    const list = [...engine.images]
      .reverse()
      .filter((each) => only === undefined || each.reference === only || nameOf(each) === only);
    const id = (image: LocalImage) => (flags.has('no-trunc') ? `sha256:${image.id}` : image.id.slice(0, 12));
    const format = flags.value('format');
    if (format !== undefined && format !== 'table') {
      for (const image of list)
        yield* call.out(
          `${fill(format, {
            Repository: nameOf(image),
            Tag: image.tag,
            ID: id(image),
            Digest: `sha256:${image.digest}`,
            CreatedSince: `${spanWords(now - image.created)} ago`,
            Size: sizeWords(image.sizeBytes * 2.6),
          })}\n`,
        );
      return 0;
    }
    if (flags.has('quiet')) {
      for (const image of list) yield* call.out(`${id(image)}\n`);
      return 0;
    }
    yield* call.out(
      table([
        ['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'],
        ...list.map((image) => [
          nameOf(image),
          image.tag,
          id(image),
          `${spanWords(now - image.created)} ago`,
          sizeWords(image.sizeBytes * 2.6),
        ]),
      ]),
    );
    return 0;
  },
};

function nameOf(image: LocalImage): string {
  return image.reference.slice(0, image.reference.lastIndexOf(':'));
}

export const rmi: DockerCommand = {
  name: 'rmi',
  aliases: ['image rm', 'image remove'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      const image = call.engine.local(reference);
      if (image === undefined) throw new DaemonError(`No such image: ${complete(reference)}`);
      call.engine.removeImage(image, complete(reference), call.flags.has('force'));
      yield* call.out(`Untagged: ${image.reference}\nUntagged: ${nameOf(image)}@sha256:${image.digest}\n`);
      return `Deleted: sha256:${image.id}`;
    });
  },
};
