import type { Container } from '../api/types.ts';
import { goDuration } from './go-duration.ts';
import { imageNameProblem } from './image-name.ts';
import type { WorkerContext } from './pod-worker.ts';

/** Back-off between pulls that fail, in ms. */
const FIRST = 10_000;
const MOST = 300_000;

/** What a container whose image is not there waits for. */
export interface ImageWait {
  readonly reason: string;
  readonly message: string;
}

/** Who needs the image. */
export interface ImageUser {
  readonly context: WorkerContext;
  /** The container as it is now: its image may change while it waits. */
  readonly spec: Container;
  /** Records an event about the container. */
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Runs something later, unless the container is not wanted any more by then. */
  after(ms: number, run: () => void): void;
  waiting(why: ImageWait): void;
  /** The image is there: go on. */
  ready(): void;
}

/** Makes a container's image be on the node, as pkg/kubelet/images does: policy, pull, back-off, and each with its events. */
export class ImagePuller {
  private backoff = 0;
  /** Counts up with each attempt: an answer to an earlier one concerns nobody. */
  private attempt = 0;
  private readonly user: ImageUser;

  constructor(user: ImageUser) {
    this.user = user;
  }

  /** Another image: what was tried before does not count. */
  reset(): void {
    this.attempt++;
    this.backoff = 0;
  }

  ensure(): void {
    const { user } = this;
    const { image = '', imagePullPolicy = 'IfNotPresent' } = user.spec;
    const { images } = user.context;
    const problem = imageNameProblem(image);
    if (problem !== undefined) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${problem}`;
      user.event('Warning', 'InspectFailed', message);
      this.give('InvalidImageName', message);
      return;
    }
    const present = images.has(image);
    if (present && imagePullPolicy !== 'Always') {
      user.event('Normal', 'Pulled', `Container image "${image}" already present on machine`);
      user.ready();
      return;
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      user.event('Warning', 'ErrImageNeverPull', message);
      this.give('ErrImageNeverPull', message);
      return;
    }
    user.event('Normal', 'Pulling', `Pulling image "${image}"`);
    const attempt = ++this.attempt;
    images.pull(image, (result, duration) =>
      user.after(0, () => {
        if (attempt !== this.attempt) return;
        if (!result.ok) {
          this.failed(result.message, image);
          return;
        }
        this.backoff = 0;
        const took = goDuration(Math.round(duration));
        user.event(
          'Normal',
          'Pulled',
          `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.sizeBytes} bytes.`,
        );
        user.ready();
      }),
    );
  }

  /** Nothing can be done about it but to look again at the next sync. */
  private give(reason: string, message: string): void {
    const { user } = this;
    user.event('Warning', 'Failed', `Error: ${reason}`);
    user.waiting({ reason, message });
    user.after(user.context.random.between(10_000, 15_000), () => this.ensure());
  }

  private failed(message: string, image: string): void {
    const { user } = this;
    const { random } = user.context;
    user.event('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
    user.event('Warning', 'Failed', 'Error: ErrImagePull');
    user.waiting({ reason: 'ErrImagePull', message });
    this.backoff = this.backoff === 0 ? FIRST : Math.min(this.backoff * 2, MOST);
    // A failed sync comes again after 10 to 15 seconds, and finds the back-off.
    const sync = random.between(10_500, 13_500);
    user.after(sync, () => {
      user.event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
      user.event('Warning', 'Failed', 'Error: ImagePullBackOff');
      user.waiting({
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
      });
      user.after(Math.max(this.backoff - sync, random.between(12_000, 15_000)), () => this.ensure());
    });
  }
}
