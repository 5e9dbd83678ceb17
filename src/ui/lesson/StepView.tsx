import { memo, useEffect, useRef, useState } from 'react';
import type { StepProse } from '../../lessons/content.ts';
import type { Step } from '../../lessons/format.ts';
import type { StepState } from '../../playground/protocol.ts';
import type { Session } from '../app/session.ts';
import { notify, useSession } from '../app/store.ts';
import { replayDemo, startDemo, useDemo } from '../demo/demo.ts';
import { StateIcon } from '../graph/draw/glyphs.tsx';
import { usePlayerState } from '../graph/usePlayer.ts';
import { Icon } from '../icons/Icon.tsx';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages.ts';
import { CommandBlock } from './CommandBlock.tsx';
import { InlineText } from './InlineText.tsx';
import { LazyProse } from './LazyProse.tsx';
import { Prediction } from './Prediction.tsx';

interface StepProps {
  readonly number: number;
  readonly step: Step;
  readonly prose: StepProse | undefined;
  readonly state: StepState | undefined;
  readonly open: boolean;
  readonly reachable: boolean;
  readonly session: Session;
}

/** One step: a line when closed; prose, commands, checks, prediction and hints when open. */
export const StepView = memo(function StepView(props: StepProps) {
  const { number, step, prose, state, open, reachable, session } = props;
  const place = useRef<HTMLLIElement>(null);
  const opened = useRef(open);
  useEffect(() => {
    // In a low pane, as on a phone, the step to do comes first.
    const body = place.current?.closest('.lesson-body');
    if (opened.current && body instanceof HTMLElement && body.clientHeight < 420)
      body.scrollTop = (place.current?.offsetTop ?? 0) - 8;
  }, []);
  useEffect(() => {
    if (open && !opened.current) place.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    opened.current = open;
  }, [open]);
  const done = state?.done === true;
  const away = useAway(step);
  const look = open ? 'now' : done ? 'done' : 'todo';
  const title = <InlineText text={prose?.title ?? step.id} />;
  return (
    <li
      className={`step ${look}`}
      ref={place}
      aria-current={open ? 'step' : undefined}
      data-step={step.id}
      data-state={done ? 'done' : reachable && !away ? 'current' : 'todo'}
    >
      <span className={`no ${done ? 'done' : open ? 'now' : ''}`} aria-hidden="true">
        {done ? <Icon name="check" size={14} /> : number}
      </span>
      {open || !reachable ? (
        <h2 className="step-title">{title}</h2>
      ) : (
        <h2 className="step-title">
          <button type="button" onClick={() => session.view(step.id)}>
            {title}
          </button>
        </h2>
      )}
      {open ? <StepBody {...props} /> : null}
    </li>
  );
});

function StepBody({ step, prose, state, session }: StepProps) {
  const { lesson } = useMessages();
  const away = useAway(step);
  const done = state?.done === true;
  return (
    <div className="step-body">
      <div className="prose">
        <LazyProse text={prose?.body ?? ''} session={session} />
      </div>
      {step.demo === undefined || away ? null : <DemoButton step={step} session={session} />}
      <ul className="checks" aria-label={lesson.checks}>
        {step.checks.map((check) => {
          const now = state?.checks.find((each) => each.id === check.id);
          const passed = now?.passed === true;
          return (
            <li
              key={check.id}
              className={passed ? 'passed' : ''}
              data-check={check.id}
              data-state={passed ? 'passed' : 'open'}
            >
              <StateIcon state={passed ? 'ready' : 'pending'} />
              <span>
                <span className="sr">{passed ? lesson.checkPassed('') : lesson.checkOpen('')}</span>
                <InlineText text={prose?.checks[check.id] ?? check.id} />
                {passed || now?.now === undefined ? null : <small>{lesson.now(now.now)}</small>}
              </span>
            </li>
          );
        })}
        {done ? null : <Underway session={session} />}
      </ul>
      {prose?.predict === undefined || step.predict === undefined ? null : (
        <Prediction
          session={session}
          step={step.id}
          prose={prose.predict}
          answer={step.predict.answer}
          options={step.predict.options}
          chosen={state?.predicted}
        />
      )}
      <OwnCluster step={step} state={state} session={session} />
      {done || away ? null : <Hints step={step} prose={prose} state={state} session={session} />}
    </div>
  );
}

/** Shows the step's packet on a copy of the cluster, as often as one likes. */
function DemoButton({ step, session }: { readonly step: Step; readonly session: Session }) {
  const { demo } = useMessages();
  const slug = useSession((state) => state.content?.lesson.slug ?? '');
  const open = useSession((state) => state.phase === 'open');
  const key = `${slug}/${step.id}`;
  const making = useDemo((state) => state.making === key);
  const on = useDemo((state) => state.showing?.key === key);
  const show = () => {
    if (on) return replayDemo();
    startDemo(key, () => session.demonstrate(step.id))
      .then((shown) => {
        if (!shown && !useDemo.getState().acted) notify(demo.failed);
      })
      .catch(() => {});
  };
  return (
    <p className="demo-ask">
      <button type="button" className="link" disabled={!open || making} onClick={show}>
        <Icon name="play" size={13} />
        {making ? demo.making : demo.show}
      </button>
    </p>
  );
}

/** Whether a step has a cluster of its own, and it is not the one that is there. */
function useAway(step: Step): boolean {
  return useSession(
    ({ lesson, preparing }) => step.start !== undefined && (preparing !== undefined || lesson?.begun !== step.id),
  );
}

/** Of a step with a cluster of its own: how it was solved, and how to begin it, or once more. */
function OwnCluster(props: { readonly step: Step; readonly state: StepState | undefined; readonly session: Session }) {
  const { step, state, session } = props;
  const { lesson } = useMessages();
  const preparing = useSession((each) => each.preparing);
  const away = useAway(step);
  if (step.start === undefined || state === undefined) return null;
  if (preparing !== undefined)
    return (
      <p className="own-cluster muted" role="status">
        {lesson.preparing}
      </p>
    );
  if (!state.done && !away) return null;
  return (
    <p className="own-cluster">
      {state.done ? <b>{solvedText(lesson, state.help ?? [])}</b> : <span>{lesson.notBegun}</span>}
      <button type="button" className="link" onClick={() => session.begin(step.id)}>
        {state.done ? lesson.again : lesson.begin}
      </button>
    </p>
  );
}

function solvedText(lesson: Messages['lesson'], help: readonly string[]): string {
  return help.includes('solution') ? lesson.solvedShown : lesson.solvedWith(help.length);
}

/** While a packet is on its way, checks that wait for its reply say so. */
function Underway({ session }: { readonly session: Session }) {
  const { lesson } = useMessages();
  const { trace, hop, done } = usePlayerState(session.player);
  const holding = useSession((state) => state.clock?.holding === true);
  if (!holding || trace === undefined || done) return null;
  return (
    <li className="underway">
      <span />
      <small>{lesson.waiting(hop + 1, trace.steps.length)}</small>
    </li>
  );
}

/** After this long without a check ticked or a hint shown, with the page in sight, the next hint offers itself. */
const STUCK_AFTER = 90_000;
const STUCK_EVERY = 5000;

function Hints(props: {
  readonly step: Step;
  readonly prose: StepProse | undefined;
  readonly state: StepState | undefined;
  readonly session: Session;
}) {
  const { step, prose, state, session } = props;
  const { lesson } = useMessages();
  const help = state?.help ?? [];
  const offered = state?.hint;
  const ticked = state?.checks.filter((check) => check.passed).length ?? 0;
  const challenge = useSession((each) => each.content?.lesson.challenge === true);
  const shown = help.filter((id) => step.hints?.some((hint) => hint.id === id) === true);
  const solved = help.includes('solution');
  const stuck = useStuck(`${ticked}/${shown.length}`);
  const hints = step.hints ?? [];
  const fits = offered !== undefined && !shown.includes(offered) ? offered : undefined;
  const general = hints.filter((hint) => hint.when === undefined);
  const next = fits ?? general.find((hint) => !shown.includes(hint.id))?.id;
  const total = new Set([...general.map((hint) => hint.id), ...shown, ...(fits === undefined ? [] : [fits])]).size;
  const take = (what: string) => {
    session.helped(step.id, what).catch(() => {});
  };
  const reset = () => {
    session
      .resetStep(step.id)
      .then(() => notify(lesson.resetDone))
      .catch(() => {});
  };
  return (
    <div className="hints">
      {shown.map((id) => (
        <p key={id} className="note">
          <Icon name="bulb" />
          <span>
            <InlineText text={prose?.hints[id] ?? ''} />
          </span>
        </p>
      ))}
      {solved ? <Solutions step={step} session={session} /> : null}
      {stuck && fits === undefined && next !== undefined ? (
        <p className="hint-offer" role="status">
          {lesson.stuck}
        </p>
      ) : null}
      {fits === undefined ? null : (
        <p className="hint-offer" role="status">
          {lesson.hintFits}
        </p>
      )}
      <div className="hint-row">
        {next === undefined ? null : (
          <>
            <Icon name="bulb" />
            <button type="button" className="link" onClick={() => take(next)}>
              {shown.length === 0 ? lesson.showHint : lesson.nextHint}
            </button>
            <span className="muted tn">{lesson.hintOf(shown.length + 1, Math.max(total, shown.length + 1))}</span>
          </>
        )}
        {solved ? null : (
          <button type="button" className="link" onClick={() => take('solution')}>
            {lesson.showSolution}
          </button>
        )}
        <button type="button" className="link" onClick={reset}>
          {lesson.resetStep}
        </button>
      </div>
      {challenge ? <p className="hint-count muted">{lesson.helpTaken(help.length)}</p> : null}
    </div>
  );
}

/** Whether the learner has got nowhere for a while. Time behind another tab or window does not count. */
function useStuck(progress: string): boolean {
  const [since, setSince] = useState({ progress, seconds: 0 });
  useEffect(() => {
    setSince({ progress, seconds: 0 });
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      setSince((before) => ({ progress, seconds: before.seconds + STUCK_EVERY / 1000 }));
    }, STUCK_EVERY);
    return () => clearInterval(timer);
  }, [progress]);
  return since.progress === progress && since.seconds * 1000 >= STUCK_AFTER;
}

function Solutions({ step, session }: { readonly step: Step; readonly session: Session }) {
  const { lesson } = useMessages();
  return (
    <section className="solutions" aria-label={lesson.solution}>
      {step.solutions.map((solution, index) => (
        <div key={solution}>
          {index === 0 ? null : <small className="muted">{lesson.otherSolution}</small>}
          <CommandBlock session={session} command={solution.trim()} on="laptop" />
        </div>
      ))}
    </section>
  );
}
