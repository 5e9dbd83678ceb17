import { replaceLesson } from '../../lessons/catalogue.ts';
import type { LessonUpdate } from '../../lessons/compile.ts';
import { type Problem, sameStart } from '../../lessons/content.ts';
import { currentSession, reopenSession } from '../app/openSession.ts';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/store.ts';
import './live-lessons.css';

/** While developing: takes over lessons as their files are saved; see scripts/live-lessons.ts. `hot` is the module's own that Vite gives to whoever writes `import.meta.hot`. */
export function listen(hot: NonNullable<ImportMeta['hot']>): void {
  hot.on('hopscope:lesson', take);
  hot.send('hopscope:listening');
}

function take(update: LessonUpdate): void {
  tell(update);
  if (update.compiled === undefined || update.problems.length > 0) return;
  const { contents } = update.compiled;
  for (const content of Object.values(contents)) replaceLesson(content);
  const session = currentSession();
  const before = useSession.getState().content;
  if (session === undefined || before?.lesson.slug !== update.slug || session.key !== update.slug) return;
  const content = contents[usePreferences.getState().language];
  if (sameStart(before, content)) session.revise(content);
  else reopenSession(content);
}

const wrong = new Map<string, readonly Problem[]>();
let card: HTMLElement | undefined;

/** Shows in the page what is wrong with lessons that were saved, above what stood there before. */
function tell({ slug, problems }: LessonUpdate): void {
  if (problems.length === 0) wrong.delete(slug);
  else wrong.set(slug, problems);
  card?.remove();
  card = undefined;
  const all = [...wrong.values()].flat();
  if (all.length === 0) return;
  card = element('section', 'live-problems scroll');
  card.setAttribute('role', 'alert');
  card.append(element('h2', '', 'Saved, but not in order. Shown is the version before.'));
  const list = element('ol', '');
  for (const { file, line, message, remedy } of all) {
    const item = element('li', '');
    const place = element('button', 'link m', `${file}:${line}`);
    place.title = 'Open it in the editor';
    place.addEventListener('click', () => {
      fetch(`/__open-in-editor?file=${encodeURIComponent(`${file}:${line}`)}`).catch(() => {});
    });
    item.append(place, element('b', '', message), element('span', 'muted', remedy));
    list.append(item);
  }
  card.append(list);
  document.body.append(card);
}

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
