import { useEffect, useRef } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import type { LessonContent } from '../../lessons/content.ts';
import type { LessonState } from '../../playground/protocol.ts';
import { go, lessonAddress } from '../app/routes.ts';
import { type Session, STUDIO } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { LazyProse } from './LazyProse.tsx';
import { PlayGuide } from './PlayGuide.tsx';
import { StepView } from './StepView.tsx';
import './lesson.css';

/** The lesson: introduction, steps with their checks, and the way back and on. */
export function LessonPane({ session }: { readonly session: Session }) {
  const messages = useMessages();
  const content = useSession((state) => state.content);
  const lesson = useSession((state) => state.lesson);
  const viewed = useSession((state) => state.viewed);
  if (content === undefined) return <PlayGuide session={session} />;
  const steps = content.lesson.steps;
  const open = viewed ?? steps[0]?.id;
  return (
    <section className="lesson" aria-label={messages.lesson.pane} data-place="lesson">
      <div className="lesson-body scroll">
        <LessonHead content={content} lesson={lesson} open={open} />
        <div className="prose">
          <LazyProse text={content.prose.intro} session={session} />
        </div>
        <ol className="steps">
          {steps.map((step, index) => (
            <StepView
              key={step.id}
              number={index + 1}
              step={step}
              prose={content.prose.steps[step.id]}
              state={lesson?.steps.find((each) => each.id === step.id)}
              open={step.id === open}
              reachable={lesson !== undefined && (step.start !== undefined || reachable(lesson, index))}
              session={session}
            />
          ))}
        </ol>
        {lesson !== undefined && lesson.current === undefined ? (
          <div className="note" role="status">
            <Icon name="check" />
            <span>
              <b>{messages.lesson.lessonDone}</b> {messages.lesson.lessonDoneText}
            </span>
          </div>
        ) : null}
        <Announcer content={content} lesson={lesson} />
      </div>
      <LessonFoot session={session} content={content} lesson={lesson} open={open} />
    </section>
  );
}

/** A step can be opened when it is done, or is the one to do; those with a start of their own always. */
function reachable(lesson: LessonState, index: number): boolean {
  const current = lesson.steps.findIndex((step) => step.id === lesson.current);
  return current < 0 || index <= current;
}

function LessonHead(props: {
  readonly content: LessonContent;
  readonly lesson: LessonState | undefined;
  readonly open: string | undefined;
}) {
  const { content, lesson, open } = props;
  const messages = useMessages();
  const lessons = catalogue();
  const number = lessons.findIndex((entry) => entry.slug === content.lesson.slug) + 1;
  const { steps } = content.lesson;
  const at = steps.findIndex((step) => step.id === open);
  const finished = lesson !== undefined && lesson.current === undefined;
  return (
    <>
      {number === 0 ? null : <p className="eyebrow">{messages.lesson.number(number, lessons.length)}</p>}
      <h1 tabIndex={-1}>{content.prose.title}</h1>
      <div className="squares lesson-squares">
        {steps.map((step) => (
          <i
            key={step.id}
            className={stepClass(
              lesson?.steps.find((each) => each.id === step.id)?.done === true,
              step.id === (lesson?.current ?? (finished ? undefined : open)),
            )}
          />
        ))}
        <span>{finished ? messages.lesson.allDone : messages.lesson.stepOf(at + 1, steps.length)}</span>
      </div>
    </>
  );
}

export function stepClass(done: boolean, now: boolean): string {
  return done ? 'done' : now ? 'now' : '';
}

/** Tells a screen reader what has just been ticked. */
function Announcer({ content, lesson }: { readonly content: LessonContent; readonly lesson: LessonState | undefined }) {
  const messages = useMessages();
  const before = useRef(lesson);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const old = before.current;
    before.current = lesson;
    if (old === undefined || lesson === undefined || place.current === null) return;
    const said: string[] = [];
    for (const step of lesson.steps) {
      const earlier = old.steps.find((each) => each.id === step.id);
      const prose = content.prose.steps[step.id];
      for (const check of step.checks) {
        if (check.passed && earlier?.checks.find((each) => each.id === check.id)?.passed === false)
          said.push(messages.lesson.checkPassed(prose?.checks[check.id] ?? check.id));
      }
      if (step.done && earlier?.done === false) said.push(messages.lesson.stepDoneText(prose?.title ?? step.id));
    }
    if (said.length > 0) place.current.textContent = said.join(' ').replaceAll('`', '');
  }, [lesson, content, messages]);
  return <div className="sr" role="status" aria-live="polite" ref={place} />;
}

function LessonFoot(props: {
  readonly session: Session;
  readonly content: LessonContent;
  readonly lesson: LessonState | undefined;
  readonly open: string | undefined;
}) {
  const { session, content, lesson, open } = props;
  const messages = useMessages();
  const { steps } = content.lesson;
  const at = steps.findIndex((step) => step.id === open);
  const done = lesson?.steps.find((step) => step.id === open)?.done === true;
  const lessons = catalogue();
  const here = lessons.findIndex((entry) => entry.slug === content.lesson.slug);
  const next = lessons[here + 1];
  const last = at === steps.length - 1;
  // In the Studio a lesson stands alone: nothing leads from it to another one.
  const alone = session.key === STUDIO;
  if (alone && steps.length === 1) return null;
  const back = () => {
    const before = steps[at - 1];
    if (before !== undefined) session.view(before.id);
    else go('#/');
  };
  const onward = () => {
    const after = steps[at + 1];
    if (after !== undefined) session.view(after.id);
    else go(next === undefined ? '#/' : lessonAddress(next.slug));
  };
  const open_ = lesson?.steps.find((step) => step.id === open)?.checks.filter((check) => !check.passed).length ?? 0;
  return (
    <footer className="lesson-foot">
      {alone && at <= 0 ? null : (
        <button type="button" className="btn quiet" onClick={back}>
          <Icon name="left" />
          {messages.lesson.back}
        </button>
      )}
      <span className="sp" />
      {done ? null : (
        <span className="sr" id="unmet">
          {messages.lesson.unmet(open_)}
        </span>
      )}
      {alone && last ? null : (
        <button
          type="button"
          className={`btn${done ? ' primary' : ''}`}
          disabled={!done}
          onClick={onward}
          {...(done ? {} : { 'aria-describedby': 'unmet', title: messages.lesson.unmet(open_) })}
        >
          {!last ? messages.lesson.continue : next === undefined ? messages.lesson.finish : messages.lesson.nextLesson}
          <Icon name="right" />
        </button>
      )}
    </footer>
  );
}
