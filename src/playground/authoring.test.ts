import { describe, expect, it } from 'vitest';
import { compileLesson } from '../lessons/compile.ts';
import type { LessonContent } from '../lessons/content.ts';
import { starterLesson } from '../lessons/starter.ts';
import { capture, findingsOf, proveFolder } from './authoring.ts';
import { BrowserPlayground } from './browser.ts';
import { Session } from './session.ts';

const folder = { slug: 'web', texts: starterLesson(3) };
const source = folder.texts['lesson.yaml'] ?? '';

function contentOf(yaml: string): LessonContent {
  const { compiled, problems } = compileLesson({ ...folder, texts: { ...folder.texts, 'lesson.yaml': yaml } });
  if (compiled === undefined) throw new Error(problems[0]?.message);
  return compiled.contents.en;
}

async function opened(yaml = source): Promise<Session> {
  const session = new Session({ lesson: contentOf(yaml), seed: 7 });
  await session.ready();
  session.look();
  return session;
}

describe('the checks of a lesson being written', () => {
  it('say how they stand, those of another version too', async () => {
    const session = await opened();
    const { lesson } = contentOf(source);
    expect(findingsOf(session, lesson)).toMatchObject([{ step: 'apply', check: 'ready', kind: 'now', holds: false }]);
    await session.script('kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web');
    expect(findingsOf(session, lesson)[0]?.holds).toBe(true);
    const stricter = contentOf(source.replace('name: web, match', 'name: web, count: 2, match')).lesson;
    expect(findingsOf(session, stricter)[0]).toMatchObject({ holds: false, now: '1 / 2' });
    session.revise(stricter);
    expect(session.progress?.current?.id).toBe('apply');
    session.revise(lesson);
    expect(session.progress?.current).toBeUndefined();
    session.stop();
  });
});

describe('what is captured', () => {
  it('as start makes the same objects on a new cluster, and leaves the rest of the file as it was', async () => {
    const session = await opened();
    await session.script(
      'kubectl create namespace shop; kubectl create deployment web --image=nginx --replicas=2 -n shop; kubectl expose deployment web --port=80 -n shop; kubectl create secret generic key --from-literal=a=b',
    );
    const yaml = capture(session, 'start', source, 'apply') ?? '';
    expect(yaml).toContain('# yaml-language-server');
    expect(yaml).not.toMatch(/resourceVersion|uid:|clusterIP|status:\n {2}availableReplicas|kube-root-ca/);
    const { lesson } = contentOf(yaml);
    const again = new Session({ lesson: contentOf(yaml), seed: 9 });
    await again.ready(lesson.setup);
    const { output } = await again.script(
      'kubectl get deploy,svc -n shop -o name; kubectl get secret key -o jsonpath={.data.a}',
    );
    expect(output).toBe('deployment.apps/web\nservice/web\nYg==');
    session.stop();
    again.stop();
  });

  it('as check is one that holds now, and did not before', async () => {
    const session = await opened();
    expect(capture(session, 'check', source, 'apply')).toBeUndefined();
    await session.script(
      'kubectl create service externalname db --external-name=db.example.com; kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web',
    );
    const yaml = capture(session, 'check', source, 'apply') ?? '';
    const fresh = await opened();
    const lesson = { ...contentOf(source).lesson, ...structureOf(yaml) };
    const added = (of: Session) =>
      findingsOf(of, lesson)
        .filter(({ check }) => check !== 'ready')
        .map(({ check, holds }) => [check, holds]);
    expect(added(session)).toEqual([
      ['pod-web', true],
      ['service-db', true],
    ]);
    expect(added(fresh)).toEqual([
      ['pod-web', false],
      ['service-db', false],
    ]);
    session.stop();
    fresh.stop();
  });

  it('as solution is what was typed in the step and went well', async () => {
    const playground = new BrowserPlayground({
      host: { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
      loadLesson: async () => undefined,
      toYaml: () => '',
    });
    let screen = '';
    await playground.open({ content: contentOf(source), seed: 7 }, (events) => {
      for (const event of events)
        if (event.type === 'terminal') screen += event.data.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '');
    });
    await playground.setSpeed(100);
    const terminal = await playground.openTerminal('laptop', 200, 24);
    const type = async (line: string, wait: RegExp) => {
      screen = '';
      await playground.input(terminal, `${line}\r`);
      while (!wait.test(screen)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    while (!/\$ $/.test(screen)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await playground.capture('solution', source, 'apply')).toBeNull();
    await type('ls', /\$ $/);
    await type('kubectl apply -f wbe.yaml', /does not exist[\s\S]*\$ $/);
    await type("kubectl annotate node -l 'a=b' x='y z'", /\$ $/);
    await type('kubectl apply -f web.yaml | cat', /created[\s\S]*\$ $/);
    const yaml = await playground.capture('solution', source, 'apply');
    expect(contentOf(yaml ?? '').lesson.steps[0]?.solutions.at(-1)).toBe(
      "kubectl annotate node -l 'a=b' x='y z'\nkubectl apply -f web.yaml | cat\n",
    );
    await playground.close();
  });
});

describe('the proof of a folder', () => {
  it('is that of lessons check', async () => {
    expect((await proveFolder(folder)).problems).toEqual([]);
    const worse = { ...folder, texts: { ...folder.texts, 'lesson.yaml': source.replace('wbe.yaml', 'web.yaml') } };
    expect((await proveFolder(worse)).problems[0]?.file).toBe('lessons/web/lesson.yaml');
  });
});

/** The steps of a `lesson.yaml` whose words are still to be written. */
function structureOf(yaml: string) {
  const { compiled } = compileLesson({ ...folder, texts: { ...folder.texts, 'lesson.yaml': yaml } });
  return compiled?.contents.en.lesson;
}
