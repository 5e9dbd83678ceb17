import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { setupOf } from '../lessons/content.ts';
import { readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { demonstrate } from './demonstration.ts';
import { Session } from './session.ts';

const root = fileURLToPath(new URL('../../lessons', import.meta.url));

async function open(slug: string, seed?: number): Promise<Session> {
  const { parsed } = parseLesson(readLessonFolder(root, slug));
  if (parsed === undefined) throw new Error(`${slug} cannot be read`);
  const { lesson, files, prose } = parsed;
  const session = new Session({
    ...(seed === undefined ? {} : { seed }),
    lesson: { lesson, files, language: 'en', prose: prose.en },
  });
  await session.ready(setupOf(lesson, lesson.steps[0]));
  return session;
}

const prepare = 'kubectl expose deployment/my-nginx; sleep 2';

describe.concurrent('a demonstration', () => {
  it("shows the request on a copy, and leaves the learner's cluster alone", async ({ expect }) => {
    const session = await open('create-service');
    const before = session.fingerprint();
    const card = await demonstrate(session, { on: 'node', prepare, run: 'curl -s http://<CLUSTER-IP>' });
    expect(card?.line).toMatch(/^curl -s http:\/\/10\.0\.\d+\.\d+$/);
    expect(card?.label).toBe('kubernetes-minion-905m');
    expect(card?.status).toBe(0);
    expect(card?.output).toContain('Welcome to nginx');
    const [trace] = card?.traces ?? [];
    expect(trace?.steps.some(({ verdict }) => verdict === 'rewrite')).toBe(true);
    expect(card?.scene.services.map(({ name }) => name)).toContain('my-nginx');
    expect(session.fingerprint()).toBe(before);
    expect((await session.script('kubectl get services -o name')).output).toBe('service/kubernetes\n');
    expect(session.progress?.steps[0]?.done).toBe(false);
    session.stop();
  });

  it('is made anew until its packets pass what is to be seen, and its shell shows the command', async ({ expect }) => {
    for (let seed = 1; seed < 7; seed++) {
      const session = await open('create-service', seed);
      const card = await demonstrate(session, {
        on: 'node',
        prepare,
        run: 'curl -s http://<CLUSTER-IP>',
        shows: ['proxy.dnat', 'route.out'],
      });
      expect(card?.traces).toHaveLength(1);
      expect(card?.traces[0]?.steps.map(({ code }) => code)).toContain('route.out');
      const shell = card?.scene.shells.find(({ kind }) => kind === 'node');
      expect(shell?.command).toBe(card?.line);
      session.stop();
    }
  });

  it('shows where a request that fails ends', async ({ expect }) => {
    const session = await open('create-service');
    const card = await demonstrate(session, { on: 'laptop', prepare, run: 'curl -sS -m 3 http://<CLUSTER-IP>' });
    expect(card?.status).toBe(28);
    expect(card?.traces.map(({ outcome }) => outcome)).toEqual(['timeout']);
    session.stop();
  });

  it('runs in a pod, with its environment, and stops what never ends', async ({ expect }) => {
    const session = await open('environment-variables');
    const asked = await demonstrate(session, {
      on: 'pod',
      prepare: 'kubectl rollout restart deployment/my-nginx; kubectl rollout status deployment/my-nginx; sleep 40',
      run: 'curl -s $MY_NGINX_SERVICE_HOST; sleep 1000000',
    });
    expect(asked?.machine).toMatch(/^pod\/default\/my-nginx-/);
    expect(asked?.output).toContain('Welcome to nginx');
    expect(asked?.status).toBe(124);
    session.stop();
  });

  it('has nothing to show on a machine that is not there', async ({ expect }) => {
    const session = await open('create-service');
    expect(await demonstrate(session, { on: 'pod/default/nobody', run: 'true' })).toBeUndefined();
    session.stop();
  });
});
