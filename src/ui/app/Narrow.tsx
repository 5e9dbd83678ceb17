import { EditorPane } from '../editor/EditorPane.tsx';
import { InspectorPane } from '../inspector/InspectorPane.tsx';
import { LessonPane } from '../lesson/LessonPane.tsx';
import { useMessages } from '../messages/messages.ts';
import { TerminalPane } from '../terminal/TerminalPane.tsx';
import { TimeStrip } from '../timeline/TimeStrip.tsx';
import { HopsPane, StagePane } from './cluster.tsx';
import { ErrorCard } from './ErrorCard.tsx';
import { useView } from './keys.ts';
import { Splitter, usePaneSizes } from './Splitter.tsx';
import type { Session } from './session.ts';
import { useSession } from './store.ts';
import { TabList } from './TabList.tsx';

/** For a tablet: the hops join the dock, and terminal and files share a place. The inspector lies over the hops. */
export default function Narrow({ session }: { readonly session: Session }) {
  const { layout } = useMessages();
  const inspects = useSession((state) => state.selected !== undefined && !state.selectedByLesson);
  const files = useView((state) => state.tab) === 'files';
  return (
    <main className="panes narrow" style={usePaneSizes()}>
      <div className="pane-lesson">
        <ErrorCard>
          <LessonPane session={session} />
        </ErrorCard>
        <Splitter pane="narrowLesson" />
      </div>
      <div className="pane-stage">
        <ErrorCard>
          <StagePane session={session} />
        </ErrorCard>
      </div>
      <div className="pane-time">
        <TimeStrip session={session} />
      </div>
      <div className="pane-dock">
        <div className="narrow-rail">
          <ErrorCard>{inspects ? <InspectorPane session={session} /> : <HopsPane session={session} />}</ErrorCard>
        </div>
        <div className="narrow-work">
          <TabList
            label={layout.views}
            controls="narrow-place"
            selected={files ? 'files' : 'terminal'}
            onSelect={(id) => useView.setState({ tab: id === 'files' ? 'files' : 'terminal' })}
            tabs={[
              { id: 'terminal', label: layout.tabTerminal },
              { id: 'files', label: layout.tabFiles },
            ]}
          />
          <div
            className="narrow-place"
            id="narrow-place"
            role="tabpanel"
            aria-label={files ? layout.tabFiles : layout.tabTerminal}
          >
            <ErrorCard>{files ? <EditorPane session={session} /> : <TerminalPane session={session} />}</ErrorCard>
          </div>
        </div>
        <Splitter pane="narrowDock" />
      </div>
    </main>
  );
}
