/**
 * A cluster in an address: the lesson, the step, the laptop's files and all objects, as JSON, deflated, in base64url behind the `#`.
 * Nothing of it ever reaches a server. What a link holds comes from anybody: it is read within bounds, looked at, and handed on as
 * plain data.
 */
export interface Shared {
  /** The lesson's slug; undefined for free play. */
  readonly lesson: string | undefined;
  /** The step that was open. */
  readonly viewed: string | undefined;
  /** For `Playground.open`: a saved session. */
  readonly saved: string;
  /** What a reader may know before opening it: objects by kind, without those of the system, and the names of files. */
  readonly objects: readonly (readonly [kind: string, count: number])[];
  readonly files: readonly string[];
}

/** Why a link cannot be opened. */
export type ShareProblem = 'damaged' | 'too-large' | 'newer';

export class ShareError extends Error {
  readonly problem: ShareProblem;
  constructor(problem: ShareProblem) {
    super(`the link cannot be opened: ${problem}`);
    this.problem = problem;
  }
}

const VERSION = 1;
/** The longest address that is made or read, in characters. Browsers take two million, mail programs far fewer. */
export const LONGEST = 64_000;
/** The most that a link may unfold to, in bytes. */
const MOST = 4 * 1024 * 1024;
const MOST_OBJECTS = 5000;
/** As many pods as one object may ask for in a cluster that somebody else made. */
const MOST_REPLICAS = 2000;

type Fields = Readonly<Record<string, unknown>>;

/** Makes the part behind `#/s/` from what `Playground.save` gave. @throws ShareError when it gets too long */
export async function encodeShared(saved: string, lesson?: string, viewed?: string): Promise<string> {
  const state = JSON.parse(saved) as Record<string, unknown>;
  // How the step began would double the length, and can be made anew.
  const { beginning: _, ...session } = state;
  const text = JSON.stringify({ v: VERSION, lesson, viewed, session });
  const packed = await bytesOf(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')), MOST);
  const out = toBase64Url(packed);
  if (out.length > LONGEST) throw new ShareError('too-large');
  return out;
}

/** Reads it back. @throws ShareError for whatever is not such a link */
export async function decodeShared(packed: string): Promise<Shared> {
  if (packed.length > LONGEST) throw new ShareError('too-large');
  const value = await unpack(packed);
  if (!isFields(value) || typeof value.v !== 'number') throw new ShareError('damaged');
  if (value.v > VERSION) throw new ShareError('newer');
  const { lesson, viewed, session } = value;
  if (!isText(lesson) || !isText(viewed) || !isFields(session) || session.format !== 1) throw new ShareError('damaged');
  const { snapshot, laptop } = session;
  const api = isFields(snapshot) ? snapshot.api : undefined;
  const objects = isFields(api) ? api.objects : undefined;
  if (!Array.isArray(objects) || !objects.every(isFields) || !isFields(laptop)) throw new ShareError('damaged');
  if (objects.length > MOST_OBJECTS || objects.some(asksForTooMany)) throw new ShareError('too-large');
  return {
    lesson,
    viewed,
    saved: JSON.stringify(session),
    objects: countOf(objects),
    files: Object.keys(laptop)
      .map((path) => /^\/home\/learner\/([^./][^/]*)$/.exec(path)?.[1])
      .filter((name) => name !== undefined)
      .slice(0, 40),
  };
}

async function unpack(packed: string): Promise<unknown> {
  try {
    const bytes = fromBase64Url(packed);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(stream, MOST)));
  } catch (error) {
    throw error instanceof ShareError ? error : new ShareError('damaged');
  }
}

/** Reads a stream to its end, and stops it as soon as it has given more than `most` bytes. */
async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel().catch(() => {});
      throw new ShareError('too-large');
    }
    parts.push(value);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** What a person would call the cluster's content: the system's own objects and what controllers made are left out. */
function countOf(objects: readonly Fields[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { kind, metadata } of objects) {
    const { namespace, name, ownerReferences } = isFields(metadata) ? metadata : {};
    if (typeof kind !== 'string' || !SHOWN.has(kind) || namespace === 'kube-system' || ownerReferences !== undefined)
      continue;
    if (kind === 'Service' && name === 'kubernetes') continue;
    if (kind === 'ConfigMap' && name === 'kube-root-ca.crt') continue;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

const SHOWN = new Set([
  'ConfigMap',
  'DaemonSet',
  'Deployment',
  'Ingress',
  'Job',
  'NetworkPolicy',
  'Pod',
  'Secret',
  'Service',
  'StatefulSet',
]);

function asksForTooMany({ spec }: Fields): boolean {
  if (!isFields(spec)) return false;
  return [spec.replicas, spec.parallelism, spec.completions].some(
    (count) => count !== undefined && !(typeof count === 'number' && count >= 0 && count <= MOST_REPLICAS),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length < 200);
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}
