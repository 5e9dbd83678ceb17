import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../playground/session.ts';
import { decodeShared, encodeShared, LONGEST, ShareError } from './link.ts';

/** Packs anything as a link would be packed. */
async function pack(value: unknown): Promise<string> {
  const stream = new Blob([typeof value === 'string' ? value : JSON.stringify(value)])
    .stream()
    .pipeThrough(new CompressionStream('deflate-raw'));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url');
}

const problemOf = (packed: string) =>
  decodeShared(packed).then(
    () => undefined,
    (error: unknown) => (error instanceof ShareError ? error.problem : error),
  );

describe('a link with a cluster in it', () => {
  let saved: string;
  beforeAll(async () => {
    const session = new Session({});
    await session.ready(`kubectl create deployment web --image=nginx --replicas=2
kubectl expose deployment web --port=80
echo hello > note.txt
kubectl rollout status deployment/web`);
    saved = JSON.stringify(session.save());
    session.stop();
  });

  it('brings back the cluster, the files, the lesson and the step, and fits into an address', async () => {
    const packed = await encodeShared(saved, 'dns', 'lookup');
    expect(packed).toMatch(/^[\w-]+$/);
    expect(packed.length).toBeLessThan(20_000);
    const shared = await decodeShared(packed);
    expect(shared).toMatchObject({ lesson: 'dns', viewed: 'lookup', files: ['note.txt'] });
    expect(shared.objects).toEqual([
      ['Deployment', 1],
      ['Service', 1],
    ]);
    const again = new Session({ saved: JSON.parse(shared.saved) });
    await again.ready();
    const { output } = await again.script(
      'cat note.txt; kubectl get deployment web; kubectl get pods --no-headers | wc -l',
    );
    expect(output).toMatch(/^hello\n.*\nweb +2\/2 .*\n2\n$/);
    again.stop();
  });

  it('that is cut, changed or invented is refused in words', async () => {
    const packed = await encodeShared(saved);
    expect(await problemOf(packed.slice(0, 900))).toBe('damaged');
    expect(await problemOf('')).toBe('damaged');
    expect(await problemOf(await pack('no json'))).toBe('damaged');
    expect(await problemOf(await pack([1, 2]))).toBe('damaged');
    expect(await problemOf(await pack({ v: 2 }))).toBe('newer');
    expect(await problemOf(await pack({ v: 1, session: { format: 1, snapshot: {}, laptop: {} } }))).toBe('damaged');
  });

  it('that would unfold without end, or ask for a million pods, is refused', async () => {
    expect(await problemOf(await pack(' '.repeat(50_000_000)))).toBe('too-large');
    expect(await problemOf('a'.repeat(LONGEST + 1))).toBe('too-large');
    const session = JSON.parse(saved);
    for (const object of session.snapshot.api.objects) if (object.kind === 'Deployment') object.spec.replicas = 1e6;
    expect(await problemOf(await pack({ v: 1, session }))).toBe('too-large');
    const many = { ...session, snapshot: { api: { objects: Array.from({ length: 5001 }, () => ({})) } } };
    expect(await problemOf(await pack({ v: 1, session: many }))).toBe('too-large');
  });

  it('never does anything but give data or a ShareError, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        expect(['damaged', 'newer', 'too-large', undefined]).toContain(await problemOf(await pack(text)));
        expect(['damaged', 'newer', 'too-large']).toContain(await problemOf(text));
      }),
      { numRuns: 150 },
    );
    const hostile =
      '{"v":1,"__proto__":{"polluted":1},"session":{"format":1,"__proto__":{"polluted":1},"laptop":{},"snapshot":{"api":{"objects":[]}}}}';
    await decodeShared(await pack(hostile));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
