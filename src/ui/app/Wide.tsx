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
import { measures } from './measures.ts';
import type { Session } from './session.ts';

/** Lesson, stage and rail above, time across, terminal and files below. Every border can be moved, and stays where it was put. */
export function Wide({ session }: { readonly session: Session }) {
  const { layout } = useMessages();
  const size = measures();
  const columns = useDefaultLayout({ id: 'columns', storage: paneSizes, onlySaveAfterUserInteractions: true });
  const rows = useDefaultLayout({ id: 'rows', storage: paneSizes, onlySaveAfterUserInteractions: true });
  const upper = useDefaultLayout({ id: 'upper', storage: paneSizes, onlySaveAfterUserInteractions: true });
  const dock = useDefaultLayout({ id: 'dock', storage: paneSizes, onlySaveAfterUserInteractions: true });
  return (
    <Group className="panes" orientation="horizontal" {...columns}>
      <Panel id="lesson" defaultSize={size.lesson} minSize={240} maxSize="45%" groupResizeBehavior="preserve-pixel-size">
        <ErrorCard>
          <LessonPane session={session} />
        </ErrorCard>
      </Panel>
      <Separator className="sep" aria-label={layout.resizeLesson} />
      <Panel id="work" minSize={480}>
        <Group orientation="vertical" {...rows}>
          <Panel id="upper" minSize={220}>
            <Group orientation="horizontal" {...upper}>
              <Panel id="stage" minSize={360}>
                <ErrorCard>
                  <StagePane session={session} />
                </ErrorCard>
              </Panel>
              <Separator className="sep" aria-label={layout.resizeRail} />
              <Panel
                id="rail"
                defaultSize={size.rail}
                minSize={220}
                maxSize="50%"
                groupResizeBehavior="preserve-pixel-size"
              >
                <div className="rail">
                  <ErrorCard>
                    <HopsPane session={session} />
                    <InspectorPane session={session} />
                  </ErrorCard>
                </div>
              </Panel>
            </Group>
          </Panel>
          <Panel id="time" defaultSize={size.time} minSize={size.time} maxSize={size.time} groupResizeBehavior="preserve-pixel-size">
            <TimeStrip session={session} />
          </Panel>
          <Separator className="sep" aria-label={layout.resizeDock} />
          <Panel id="dock" defaultSize={size.dock} minSize={96} maxSize="70%" groupResizeBehavior="preserve-pixel-size">
            <Group orientation="horizontal" {...dock}>
              <Panel id="terminal" minSize={240}>
                <ErrorCard>
                  <TerminalPane session={session} />
                </ErrorCard>
              </Panel>
              <Separator className="sep" aria-label={layout.resizeSplit} />
              <Panel id="editor" minSize={240}>
                <ErrorCard>
                  <EditorPane session={session} />
                </ErrorCard>
              </Panel>
            </Group>
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}
