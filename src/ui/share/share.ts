import type { Session } from '../app/session.ts';
import { notify, useSession } from '../app/store.ts';
import type { Messages } from '../messages/en.ts';
import { encodeShared, ShareError } from './link.ts';

/** Copies an address that holds the lesson, the step, the files and the cluster as they are now. Says what came of it. */
export async function copyLink(session: Session, words: Messages['share']): Promise<void> {
  const { viewed, content } = useSession.getState();
  try {
    const packed = await encodeShared(await session.snapshot(), content?.lesson.slug, viewed);
    const address = new URL(location.href);
    address.hash = `#/s/${packed}`;
    await navigator.clipboard.writeText(address.href);
    notify(words.copied(Math.ceil(address.href.length / 1000)), { tone: 'good' });
  } catch (error) {
    notify(error instanceof ShareError ? words.tooLarge : words.notCopied, { tone: 'bad' });
  }
}
