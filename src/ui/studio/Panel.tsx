import { useEffect, useRef, useState } from 'react';
import type { LessonUpdate } from '../../lessons/compile.ts';
import type { Problem } from '../../lessons/content.ts';
import type { Lesson } from '../../lessons/format.ts';
import type { LessonFolder } from '../../lessons/parse.ts';
import type { CaptureKind, CheckFinding, ProofCard } from '../../playground/protocol.ts';
import type { Session } from '../app/session.ts';
import { notify, useSession } from '../app/store.ts';
import { TabList } from '../app/TabList.tsx';
import { StateIcon } from '../graph/draw/glyphs.tsx';
import { prove } from './author.ts';
import type { StudioWords } from './words.ts';

/** How often the checks are looked at while the page is seen. */
const LOOK_EVERY = 1000;

interface PanelProps {
  readonly words: StudioWords;
  readonly folder: LessonFolder;
  readonly update: LessonUpdate | undefined;
  readonly session: Session | undefined;
  readonly onProblem: (problem: Problem) => void;
  /** `lesson.yaml` was written by a tool. */
  readonly onYaml: (text: string) => void;
}

/** What is said of the lesson: what is wrong with its files, how its checks stand, and whether the proof holds. */
export function Panel(props: PanelProps) {
  const { words, folder, update, session, onProblem, onYaml } = props;
  const [tab, setTab] = useState('problems');
  const lesson = update?.compiled?.contents.en.lesson;
  const problems = update?.problems ?? [];
  const tabs = [
    { id: 'problems', label: words.problems(problems.length) },
    { id: 'checks', label: words.checks },
    { id: 'proof', label: words.proof },
  ];
  return (
    <div className="studio-panel">
      <div className="head tabs-head">
        <TabList label={words.title} controls="studio-panel" selected={tab} onSelect={setTab} tabs={tabs} />
      </div>
      <div
        className="studio-panel-in scroll"
        id="studio-panel"
        role="tabpanel"
        aria-label={tabs.find(({ id }) => id === tab)?.label}
      >
        {tab === 'problems' ? (
          update === undefined ? (
            <p className="muted">{words.reading}</p>
          ) : problems.length === 0 ? (
            <p className="muted">{words.noProblems}</p>
          ) : (
            <Problems problems={problems} onProblem={onProblem} />
          )
        ) : tab === 'checks' ? (
          <Checks words={words} folder={folder} lesson={lesson} session={session} onYaml={onYaml} />
        ) : (
          <Proving words={words} folder={folder} ready={problems.length === 0} onProblem={onProblem} />
        )}
      </div>
    </div>
  );
}

function Problems(props: { readonly problems: readonly Problem[]; readonly onProblem: (problem: Problem) => void }) {
  return (
    <ol className="studio-problems">
      {props.problems.map((problem) => (
        <li key={`${problem.file}:${problem.line}:${problem.message}`}>
          <button type="button" className="link m" onClick={() => props.onProblem(problem)}>
            {problem.file.replace(/^lessons\/[^/]+\//, '')}:{problem.line}
          </button>
          <span>{problem.message}</span>
          <span className="muted">{problem.remedy}</span>
        </li>
      ))}
    </ol>
  );
}

function Checks(props: {
  readonly words: StudioWords;
  readonly folder: LessonFolder;
  readonly lesson: Lesson | undefined;
  readonly session: Session | undefined;
  readonly onYaml: (text: string) => void;
}) {
  const { words, folder, lesson, session, onYaml } = props;
  const findings = useFindings(session, lesson);
  const viewed = useSession((state) => state.viewed);
  const [chosen, setChosen] = useState<string | undefined>();
  if (lesson === undefined || session === undefined) return <p className="muted">{words.waiting}</p>;
  const ids = lesson.steps.map(({ id }) => id);
  const step = ids.find((id) => id === chosen) ?? ids.find((id) => id === viewed) ?? ids[0] ?? '';
  const take = (what: CaptureKind) => {
    session
      .capture(what, folder.texts['lesson.yaml'] ?? '', step)
      .then((text) => {
        if (text === null) return notify(words.nothing);
        onYaml(text);
        notify(words.captured, { tone: 'good' });
      })
      .catch(() => notify(words.nothing));
  };
  return (
    <>
      <div className="studio-tools">
        <label>
          {words.step}
          <select className="m" value={step} onChange={(event) => setChosen(event.target.value)}>
            {ids.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <button type="button" className="btn small" onClick={() => take('solution')}>
          {words.record}
        </button>
        <button type="button" className="btn small" onClick={() => take('start')}>
          {words.captureStart}
        </button>
        <button type="button" className="btn small" onClick={() => take('check')}>
          {words.captureCheck}
        </button>
      </div>
      <ul className="studio-checks">
        {lesson.steps.flatMap((each) =>
          each.checks.map((check) => {
            const found = findings.find((one) => one.step === each.id && one.check === check.id);
            const good = found?.holds === true || (found?.kind === 'once' && found.happened);
            return (
              <li
                key={`${each.id}/${check.id}`}
                data-check={`${each.id}/${check.id}`}
                data-state={good ? 'passed' : 'open'}
              >
                <StateIcon state={good ? 'ready' : 'pending'} />
                <span className="m">
                  {each.id}/{check.id}
                </span>
                <span className="muted">
                  {found === undefined || !good ? words.notYet : found.kind === 'now' ? words.holds : words.happened}
                  {found?.now === undefined ? '' : ` (${found.now})`}
                </span>
              </li>
            );
          }),
        )}
      </ul>
    </>
  );
}

/** How the checks stand, looked at again and again, and at once when they have changed. */
function useFindings(session: Session | undefined, lesson: Lesson | undefined): readonly CheckFinding[] {
  const [findings, setFindings] = useState<readonly CheckFinding[]>([]);
  const open = useSession((state) => state.phase === 'open');
  useEffect(() => {
    if (session === undefined || lesson === undefined || !open) return;
    let gone = false;
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      session
        .findings(lesson)
        .then((found) => {
          if (!gone) setFindings(found);
        })
        .catch(() => {});
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [session, lesson, open]);
  return findings;
}

function Proving(props: {
  readonly words: StudioWords;
  readonly folder: LessonFolder;
  readonly ready: boolean;
  readonly onProblem: (problem: Problem) => void;
}) {
  const { words, folder, ready, onProblem } = props;
  const [card, setCard] = useState<ProofCard | undefined>();
  const [failed, setFailed] = useState<string | undefined>();
  const [running, setRunning] = useState<AbortController | undefined>();
  const latest = useRef(running);
  latest.current = running;
  useEffect(() => () => latest.current?.abort(), []);
  const run = () => {
    const control = new AbortController();
    setRunning(control);
    setCard(undefined);
    setFailed(undefined);
    prove(folder, control.signal)
      .then((proof) => setCard(proof))
      .catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)))
      .finally(() => setRunning(undefined));
  };
  return (
    <div className="studio-proof">
      <p className="muted">{words.proofText}</p>
      {running === undefined ? (
        <button type="button" className="btn small primary" disabled={!ready} onClick={run}>
          {words.prove}
        </button>
      ) : (
        <p role="status">
          {words.proving}{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              running.abort();
              setRunning(undefined);
            }}
          >
            {words.stop}
          </button>
        </p>
      )}
      {failed === undefined ? null : <p role="alert">{failed}</p>}
      {card === undefined ? null : (
        <div role="status">
          <p>
            <b>{card.problems.length === 0 ? words.proven(card.assertions) : words.unproven(card.problems.length)}</b>
          </p>
          <Problems problems={card.problems} onProblem={onProblem} />
          {card.unguarded.length === 0 ? null : (
            <p className="muted">
              {words.unguarded} <span className="m">{card.unguarded.join(', ')}</span>
            </p>
          )}
        </div>
      )}
    </div>
  );
}
