import { lazy, Suspense, useRef } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import type { CatalogueEntry } from '../../lessons/content.ts';
import { changeProgress, isProgress, type Progress } from '../app/keep.ts';
import { lessonAddress } from '../app/routes.ts';
import { notify } from '../app/store.ts';
import { TopBar } from '../app/TopBar.tsx';
import { PacketIcon } from '../graph/draw/glyphs.tsx';
import { Icon } from '../icons/Icon.tsx';
import { InlineText } from '../lesson/InlineText.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { CourseMap } from './CourseMap.tsx';
import { currentLesson, minutesLeft } from './course.ts';
import { useProgress } from './useProgress.ts';
import './home.css';

const Demo = lazy(() => import('./Demo.tsx'));

/** The first page: what this is, where to go on, and the course as a hopscotch. */
export default function Home() {
  const { home } = useMessages();
  const lessons = catalogue();
  const { progress, reload } = useProgress();
  const known = progress ?? {};
  const done = lessons.filter((lesson) => known[lesson.slug]?.finished === true).length;
  const current = currentLesson(lessons, known);
  return (
    <div className="home">
      <TopBar>
        <span className="vr" />
        <nav className="main-nav" aria-label={home.lessons}>
          <a href="#/" aria-current="page">
            {home.lessons}
          </a>
          <a href="#/play">{home.play}</a>
          <a href="#/studio">{home.studio}</a>
        </nav>
      </TopBar>
      <main className="home-scroll scroll">
        <div className="home-in">
          <section className="hero">
            <div>
              <h1>{home.title}</h1>
              <p>{home.lead(lessons.length)}</p>
              <Actions lessons={lessons} current={current} progress={known} done={done} />
              <p className="fine">{home.fine}</p>
            </div>
            <Resume lessons={lessons} current={current} progress={known} />
          </section>
          {lessons.length === 0 ? (
            <p className="muted">{home.noLessons}</p>
          ) : (
            <>
              <div className="course-head">
                <h2>{home.course}</h2>
                <span className="muted">{home.progress(done, lessons.length, minutesLeft(lessons, known))}</span>
                <span className="sp" />
                {lessons.some((lesson) => lesson.breaks) ? (
                  <span className="muted course-key">
                    <PacketIcon hue="drop" size={12} />
                    {home.breaks}
                  </span>
                ) : null}
                {lessons.some((lesson, index) => lessons[index + 1]?.order === lesson.order) ? (
                  <span className="muted">{home.either}</span>
                ) : null}
              </div>
              <CourseMap lessons={lessons} progress={known} current={current} />
              <Learned lessons={lessons} progress={known} />
            </>
          )}
          <Keeping progress={known} reload={reload} />
        </div>
      </main>
    </div>
  );
}

function Actions(props: {
  readonly lessons: readonly CatalogueEntry[];
  readonly current: CatalogueEntry | undefined;
  readonly progress: Progress;
  readonly done: number;
}) {
  const { lessons, current, progress, done } = props;
  const { home } = useMessages();
  const first = lessons[0];
  const begun = done > 0 || Object.keys(progress).length > 0;
  const target = current ?? first;
  return (
    <div className="acts">
      {target === undefined ? null : (
        <a className="btn primary large" href={lessonAddress(target.slug)}>
          <Icon name="play" />
          {current === undefined ? home.again : begun ? home.continueLesson(lessons.indexOf(target) + 1) : home.start}
        </a>
      )}
      {begun && current !== undefined && first !== undefined && current !== first ? (
        <a className="btn large" href={lessonAddress(first.slug)}>
          {home.startFromFirst}
        </a>
      ) : (
        <a className="btn large" href="#/play">
          {home.play}
        </a>
      )}
    </div>
  );
}

/** The lesson that shows the request of the picture. */
const PICTURED = 'create-service';

/** The picture at the right: one request on its way, under the name of the lesson to go on with, or of the one that shows it. */
function Resume(props: {
  readonly lessons: readonly CatalogueEntry[];
  readonly current: CatalogueEntry | undefined;
  readonly progress: Progress;
}) {
  const { lessons, current, progress } = props;
  const { home } = useMessages();
  const language = useLanguage();
  const record = current === undefined ? undefined : progress[current.slug];
  const step = (record?.done.length ?? 0) + 1;
  const pictured = lessons.find(({ slug }) => slug === PICTURED);
  return (
    <section className="resume">
      {record === undefined || current === undefined ? (
        <a className="resume-head" href={pictured === undefined ? '#/play' : lessonAddress(PICTURED)}>
          <span>{home.whatYouSee}</span>
          <span className="muted">
            {pictured === undefined ? '' : home.fromLesson(lessons.indexOf(pictured) + 1, pictured.titles[language])}
          </span>
        </a>
      ) : (
        <a className="resume-head" href={lessonAddress(current.slug)}>
          <span className="no now" aria-hidden="true">
            {step}
          </span>
          <span>{home.whereYouStopped(Math.min(step, current.steps.length), current.steps.length)}</span>
          <span className="muted">{current.titles[language]}</span>
        </a>
      )}
      <div className="resume-graph">
        <Suspense>
          <Demo />
        </Suspense>
      </div>
      <p className="resume-words">
        <InlineText text={home.pictured('`curl 10.0.162.149`')} />
      </p>
    </section>
  );
}

/** One line a lesson: what it teaches, and how much of it is done. */
function Learned({ lessons, progress }: { readonly lessons: readonly CatalogueEntry[]; readonly progress: Progress }) {
  const { home } = useMessages();
  const language = useLanguage();
  return (
    <section className="learned">
      <h3>{home.learned}</h3>
      <ul>
        {lessons.map((lesson) => {
          const record = progress[lesson.slug];
          const done = record?.finished === true ? lesson.steps.length : (record?.done.length ?? 0);
          return (
            <li key={lesson.slug}>
              <a href={lessonAddress(lesson.slug)}>{lesson.summaries[language]}</a>
              <span
                className="scale"
                role="img"
                aria-label={home.stepOf(done, lesson.steps.length)}
                title={home.stepOf(done, lesson.steps.length)}
              >
                {lesson.steps.map((step, index) => (
                  <i key={step} className={index < done ? 'done' : ''} />
                ))}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Progress as a file, in and out, and the way to forget it. */
function Keeping({ progress, reload }: { readonly progress: Progress; readonly reload: () => void }) {
  const { home } = useMessages();
  const picker = useRef<HTMLInputElement>(null);
  const change = (to: Progress, said: string) => {
    changeProgress(() => to)
      .then(() => {
        reload();
        notify(said);
      })
      .catch(() => {});
  };
  const write = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(progress, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'hopscope-progress.json';
    link.click();
    URL.revokeObjectURL(url);
  };
  const read = async (file: File) => {
    try {
      const value: unknown = JSON.parse(await file.text());
      if (isProgress(value)) change({ ...progress, ...value }, home.imported);
      else notify(home.notImported, { tone: 'bad' });
    } catch {
      notify(home.notImported, { tone: 'bad' });
    }
  };
  return (
    <footer className="keeping">
      <button type="button" className="link" onClick={write}>
        {home.exportProgress}
      </button>
      <button type="button" className="link" onClick={() => picker.current?.click()}>
        {home.importProgress}
      </button>
      <input
        ref={picker}
        type="file"
        accept="application/json"
        hidden
        aria-label={home.importProgress}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) read(file).catch(() => {});
        }}
      />
      <button
        type="button"
        className="link"
        onClick={() => {
          if (confirm(home.forgetSure)) change({}, home.forgotten);
        }}
      >
        {home.forget}
      </button>
    </footer>
  );
}
