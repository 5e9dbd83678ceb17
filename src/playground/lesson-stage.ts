import type { KubeObject } from '../cluster/api/types.ts';
import { type LessonContent, setupOf } from '../lessons/content.ts';
import type { ParsedLesson } from '../lessons/parse.ts';
import type { Stage } from '../lessons/proof.ts';
import { demonstrate } from './demonstration.ts';
import { fillPlaceholders } from './fill.ts';
import { Session } from './session.ts';

/** How long a command of the prose may go on before Ctrl-C is pressed, in virtual milliseconds. */
const PATIENCE = 60_000;

/** Seconds that a reader takes between two commands. */
const READING = 15;

/** Opens a lesson on a cluster of its own, at its beginning or at a step's own start. The same seed gives the same stage. */
export async function openStage(parsed: ParsedLesson, seed: number, step?: string): Promise<Stage> {
  const content: LessonContent = { lesson: parsed.lesson, files: parsed.files, language: 'en', prose: parsed.prose.en };
  const session = new Session({ lesson: content, seed, ...(step === undefined ? {} : { step }) });
  const { steps } = parsed.lesson;
  await session.ready(setupOf(parsed.lesson, steps.find(({ id }) => id === step) ?? steps[0]));
  return stageOf(session, content);
}

function stageOf(session: Session, content: LessonContent): Stage {
  session.look();
  const { clients, api, nodes } = session.cluster;
  return {
    run: (script, limit) => session.script(script, limit === undefined ? {} : { limit }),
    async command(text, on) {
      // A person reads on before the next command; pods become ready meanwhile.
      await session.script(`sleep ${READING}`);
      const filled = fillPlaceholders(text, clients);
      const machine = on === 'node' ? (nodes[0]?.name ?? '') : on;
      return session.script(on === 'laptop' ? filled : `ssh ${machine} ${quoted(filled)}`, { limit: PATIENCE });
    },
    async demonstrate(demo) {
      const shown = await demonstrate(session, demo);
      return shown === undefined
        ? undefined
        : { ...shown, hops: shown.traces.map(({ steps }) => steps.map(({ code }) => code)) };
    },
    exists(kind, name, namespace) {
      const known = api.kinds.find((each) => each.kind === kind);
      if (known === undefined) return false;
      const object = clients
        .resource<KubeObject>(known.plural, known.group)
        .find(name, known.namespaced ? namespace : undefined);
      return object !== undefined;
    },
    mark() {
      const saved = session.save(content.lesson.slug);
      return async () => {
        const copy = new Session({ lesson: content, saved });
        await copy.ready();
        return stageOf(copy, content);
      };
    },
    progress: () => session.progress?.steps ?? [],
    fingerprint: () => session.fingerprint(),
    close: () => session.stop(),
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
