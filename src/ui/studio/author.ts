import type { LessonUpdate } from '../../lessons/compile.ts';
import type { LessonFolder } from '../../lessons/parse.ts';
import type { ProofCard } from '../../playground/protocol.ts';
import { type Connection, connect } from '../app/connect.ts';

let reader: Promise<Connection> | undefined;

/** Reads a lesson's folder in a worker of its own: the validator is the one of `lessons check`. */
export async function compile(folder: LessonFolder): Promise<LessonUpdate> {
  reader ??= connect(() => {
    reader = undefined;
  });
  return (await reader).playground.compile(folder);
}

/** Proves a lesson in a worker of its own. The signal ends it, and the promise then never settles. */
export async function prove(folder: LessonFolder, signal: AbortSignal): Promise<ProofCard> {
  let fail: (reason: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const connection = await connect((message) => fail(new Error(message)));
  signal.addEventListener('abort', () => connection.end());
  if (signal.aborted) connection.end();
  try {
    return await Promise.race([connection.playground.prove(folder), failed]);
  } finally {
    connection.end();
  }
}
