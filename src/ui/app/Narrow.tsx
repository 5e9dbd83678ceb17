import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { EditorPane } from '../editor/EditorPane.tsx';
import { InspectorPane } from '../inspector/InspectorPane.tsx';
import { LessonPane } from '../lesson/LessonPane.tsx';
import { useMessages } from '../messages/messages.ts';
import { TerminalPane } from '../terminal/TerminalPane.tsx';
import { TimeStrip } from '../timeline/TimeStrip.tsx';
import { HopsPane, StagePane } from './cluster.tsx';
import { ErrorCard } from './ErrorCard.tsx';
import { paneSizes } from './keep.ts';
import { useView } from './keys.ts';
import type { Session } from './session.ts';
import { useSession } from './store.ts';
import { TabList } from './TabList.tsx';

/** For a tablet: the hops join the dock, and terminal and files share a place. The inspector lies over the hops. */
export default function Narrow({ session }: { readonly session: Session }) {
  const { layout } = useMessages();
  const inspects = useSession((state) => state.selected !== undefined && !state.selectedByLesson);
  const tab = useView((state) => state.tab);
  const rows = useDefaultLayout({ id: 'narrow-rows', storage: paneSizes, onlySaveAfterUserInteractions: true });
  const columns = useDefaultLayout({ id: 'narrow-columns', storage: paneSizes, onlySaveAfterUserInteractions: true });
  const files = tab === 'files';
  return (
    <Group className="panes" orientation="horizontal" {...columns}>
      <Panel id="lesson" defaultSize={280} minSize={220} maxSize="45%" groupResizeBehavior="preserve-pixel-size">
        <ErrorCard>
          <LessonPane session={session} />
        </ErrorCard>
      </Panel>
      <Separator className="sep" aria-label={layout.resizeLesson} />
      <Panel id="work" minSize={400}>
        <Group orientation="vertical" {...rows}>
          <Panel id="stage" minSize={200}>
            <ErrorCard>
              <StagePane session={session} />
            </ErrorCard>
          </Panel>
          <Panel id="time" defaultSize={52} minSize={52} maxSize={52} groupResizeBehavior="preserve-pixel-size">
            <TimeStrip session={session} />
          </Panel>
          <Separator className="sep" aria-label={layout.resizeDock} />
          <Panel id="dock" defaultSize={250} minSize={120} maxSize="70%" groupResizeBehavior="preserve-pixel-size">
            <div className="narrow-dock">
              <div className="narrow-rail">
                <ErrorCard>
                  {inspects ? <InspectorPane session={session} /> : <HopsPane session={session} />}
                </ErrorCard>
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
                <div className="narrow-place" id="narrow-place" role="tabpanel">
                  <ErrorCard>{files ? <EditorPane session={session} /> : <TerminalPane session={session} />}</ErrorCard>
                </div>
              </div>
            </div>
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}
