import { type RefObject, useEffect, useRef } from 'react';
import { useDemo } from '../demo/demo.ts';
import { EditorPane } from '../editor/EditorPane.tsx';
import { usePlayerState } from '../graph/usePlayer.ts';
import { Icon, type IconName } from '../icons/Icon.tsx';
import { InspectorPane } from '../inspector/InspectorPane.tsx';
import { LessonPane, stepClass } from '../lesson/LessonPane.tsx';
import { useMessages } from '../messages/messages.ts';
import { TerminalPane } from '../terminal/TerminalPane.tsx';
import { loadWebFonts } from '../theme/webFonts.ts';
import { Clock, Transport } from '../timeline/TimeStrip.tsx';
import { DemoPane, HopLinePane, HopsPane, StagePane } from './cluster.tsx';
import { ErrorCard } from './ErrorCard.tsx';
import { openOverlay, useView } from './keys.ts';
import type { Session } from './session.ts';
import { useSession } from './store.ts';
import { LanguageChoice, ThemeButton } from './TopBar.tsx';
import './phone.css';

const TABS = [
  { id: 'lesson', icon: 'book', label: 'tabLesson' },
  { id: 'hops', icon: 'lines', label: 'tabHops' },
  { id: 'terminal', icon: 'shell', label: 'tabTerminal' },
  { id: 'files', icon: 'file', label: 'tabFiles' },
  { id: 'inspect', icon: 'eye', label: 'tabInspect' },
] as const satisfies readonly { id: string; icon: IconName; label: string }[];

/** For a phone: the graph above, one pane at a time below, five tabs. */
export default function Phone({ session, title }: { readonly session: Session; readonly title: string }) {
  const { app, layout, time } = useMessages();
  const tab = useView((state) => state.tab);
  const page = useRef<HTMLDivElement>(null);
  const demo = useDemo((state) => state.showing !== undefined);
  const unread = useSession((state) => state.unread);
  useEffect(() => {
    if (tab === 'terminal') useSession.setState({ unread: false });
  }, [tab]);
  const open = useSession((state) => state.phase === 'open');
  useEffect(() => {
    // Where no terminal is shown yet, nothing else asks for them.
    if (open) loadWebFonts();
  }, [open]);
  const stepDone = useSession((state) => state.lesson?.steps.find((step) => step.id === state.viewed)?.done === true);
  return (
    <div className={`pocket on-${tab}${stepDone ? ' step-done' : ''}`} ref={page}>
      <header className="phone-top">
        <a className="icon-btn" href="#/" aria-label={layout.backToLessons}>
          <Icon name="left" />
        </a>
        <div>
          <h1>{title}</h1>
          <Squares />
        </div>
        <button type="button" className="icon-btn" aria-label={app.openPalette} onClick={() => openOverlay('palette')}>
          <Icon name="search" />
        </button>
        <LanguageChoice />
        <ThemeButton />
      </header>
      <div className="phone-graph">
        <ErrorCard>
          <StagePane session={session} bare />
        </ErrorCard>
      </div>
      <section className="phone-clock" aria-label={time.pane}>
        <HopLinePane session={session} />
        {demo ? (
          <DemoPane />
        ) : (
          <div className="phone-time">
            <Transport session={session} compact />
            <HopSquares session={session} />
            <Clock />
          </div>
        )}
      </section>
      <main className="phone-sheet" id="phone-sheet">
        <Grip page={page} />
        <ErrorCard>
          {tab === 'lesson' ? (
            <LessonPane session={session} />
          ) : tab === 'hops' ? (
            <HopsPane session={session} />
          ) : tab === 'terminal' ? (
            <TerminalPane session={session} keys />
          ) : tab === 'files' ? (
            <EditorPane session={session} />
          ) : (
            <InspectorPane session={session} />
          )}
        </ErrorCard>
      </main>
      <nav className="phone-tabs" aria-label={layout.views}>
        {TABS.map((each) => (
          <button
            key={each.id}
            type="button"
            aria-current={each.id === tab ? 'page' : undefined}
            onClick={() => useView.setState({ tab: each.id })}
          >
            <Icon name={each.icon} size={19} />
            <span>{layout[each.label]}</span>
            {each.id === 'terminal' && unread ? (
              <i className="unread" role="img" aria-label={layout.newOutput} />
            ) : null}
          </button>
        ))}
      </nav>
    </div>
  );
}

/** Dragged, it shares the height between graph and sheet; tapped, it makes the graph small, and large again. */
function Grip({ page }: { readonly page: RefObject<HTMLDivElement | null> }) {
  const { layout } = useMessages();
  const from = useRef<{ readonly y: number; readonly height: number; moved: boolean } | undefined>(undefined);
  const set = (height: number | undefined) => {
    if (height === undefined) page.current?.style.removeProperty('--graph-h');
    else page.current?.style.setProperty('--graph-h', `${Math.max(0, height)}px`);
  };
  const graph = () => page.current?.querySelector('.phone-graph')?.clientHeight ?? 0;
  return (
    <button
      type="button"
      className="phone-grip"
      aria-label={layout.resizeSheet}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { y: event.clientY, height: graph(), moved: false };
      }}
      onPointerMove={(event) => {
        const start = from.current;
        if (start === undefined) return;
        const by = event.clientY - start.y;
        if (Math.abs(by) > 4) start.moved = true;
        if (start.moved) set(start.height + by);
      }}
      onPointerUp={() => {
        const moved = from.current?.moved === true;
        from.current = undefined;
        if (!moved) set(graph() > SMALL_GRAPH ? SMALL_GRAPH : undefined);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          set(graph() > SMALL_GRAPH ? SMALL_GRAPH : undefined);
        } else if (event.key === 'ArrowUp') set(graph() - 40);
        else if (event.key === 'ArrowDown') set(graph() + 40);
      }}
    />
  );
}

const SMALL_GRAPH = 130;

function Squares() {
  const lesson = useSession((state) => state.lesson);
  if (lesson === undefined) return null;
  return (
    <div className="squares" aria-hidden="true">
      {lesson.steps.map((step) => (
        <i key={step.id} className={stepClass(step.done, step.id === lesson.current)} />
      ))}
    </div>
  );
}

/** The hops as squares: done, here, to come. */
function HopSquares({ session }: { readonly session: Session }) {
  const { trace, hop } = usePlayerState(session.player);
  return (
    <div className="phone-hops" aria-hidden="true">
      {trace?.steps.map((step, index) => (
        <i key={step.hop} className={index < hop ? 'done' : index === hop ? 'now' : ''} />
      ))}
    </div>
  );
}
