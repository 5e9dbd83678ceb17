import { EditorPane } from '../editor/EditorPane.tsx';
import { InspectorPane } from '../inspector/InspectorPane.tsx';
import { LessonPane } from '../lesson/LessonPane.tsx';
import { TerminalPane } from '../terminal/TerminalPane.tsx';
import { TimeStrip } from '../timeline/TimeStrip.tsx';
import { HopsPane, StagePane } from './cluster.tsx';
import { ErrorCard } from './ErrorCard.tsx';
import { Splitter, usePaneSizes } from './Splitter.tsx';
import type { Session } from './session.ts';

/** Lesson, stage and rail above, time across, terminal and files below. Every border can be moved, and stays where it was put. */
export function Wide({ session }: { readonly session: Session }) {
  return (
    <main className="panes wide" style={usePaneSizes()}>
      <div className="pane-lesson">
        <ErrorCard>
          <LessonPane session={session} />
        </ErrorCard>
        <Splitter pane="lesson" />
      </div>
      <div className="pane-stage">
        <ErrorCard>
          <StagePane session={session} />
        </ErrorCard>
      </div>
      <div className="pane-rail rail">
        <ErrorCard>
          <HopsPane session={session} />
          <InspectorPane session={session} />
        </ErrorCard>
        <Splitter pane="rail" />
      </div>
      <div className="pane-time">
        <TimeStrip session={session} />
      </div>
      <div className="pane-dock">
        <div className="dock-terminal">
          <ErrorCard>
            <TerminalPane session={session} />
          </ErrorCard>
        </div>
        <div className="dock-editor">
          <ErrorCard>
            <EditorPane session={session} />
          </ErrorCard>
          <Splitter pane="split" />
        </div>
        <Splitter pane="dock" />
      </div>
    </main>
  );
}
