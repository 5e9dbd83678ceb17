import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useDemo } from '../demo/demo.ts';
import { plainText } from '../lesson/InlineText.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { terminalFirst } from '../terminal/first.ts';
import { ErrorCard } from './ErrorCard.tsx';
import type { Session } from './session.ts';
import { useSession } from './store.ts';
import { useFocusObject } from './useFocusObject.ts';

const view = () => terminalFirst().then(() => import('./clusterView.tsx'));
const ClusterStage = lazy(async () => ({ default: (await view()).ClusterStage }));
const ClusterHops = lazy(async () => ({ default: (await view()).ClusterHops }));
const DemoBar = lazy(() => import('../demo/DemoBar.tsx'));
const WhyPane = lazy(() => import('../why/WhyPane.tsx'));
const ClusterHopLine = lazy(async () => ({ default: (await view()).ClusterHopLine }));

export interface SessionProps {
  readonly session: Session;
}

/** The graph's pane. The graph arrives after the page's first paint; until then its ground is there. */
export function StagePane({ session, bare = false }: SessionProps & { readonly bare?: boolean }) {
  const own = useSession((state) => state.scene);
  const showing = useDemo((state) => state.showing);
  const scene = showing?.card.scene ?? own;
  const { app, stage } = useMessages();
  const locale = useLanguage();
  useFocusObject(session);
  const select = useCallback((ref: Parameters<Session['select']>[0]) => session.select(ref), [session]);
  return (
    <div className={`stage-pane${showing === undefined ? '' : ' is-demo'}`} data-place="graph">
      {scene === undefined ? (
        <div className="stage-wait">
          <h2>{bare ? '' : stage.pane}</h2>
          <span role="status">{app.loading}</span>
        </div>
      ) : (
        <Suspense fallback={<div className="stage-wait" />}>
          <ClusterStage session={session} scene={scene} locale={locale} bare={bare} onSelect={select} />
        </Suspense>
      )}
      <DemoNews />
    </div>
  );
}

/** Tells who cannot see it that a demonstration begins, and that it is over. */
function DemoNews() {
  const { demo } = useMessages();
  const showing = useDemo((state) => state.showing);
  const words = useSession((state) => state.content?.prose.steps[showing?.key.split('/')[1] ?? '']?.demo);
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (showing !== undefined) setBegun(true);
  }, [showing]);
  return (
    <p className="sr" role="status">
      {showing !== undefined
        ? demo.began(showing.card.line, showing.card.label, plainText(words ?? ''))
        : begun
          ? demo.over
          : ''}
    </p>
  );
}

/** The hops of the followed request. */
export function HopsPane({ session }: SessionProps) {
  const locale = useLanguage();
  const { hops } = useMessages();
  const open = useSession((state) => state.scene !== undefined);
  const showing = useDemo((state) => state.showing);
  return (
    <section className="hops-pane" aria-label={hops.pane}>
      <ErrorCard>
        <Suspense fallback={<div className="head" />}>
          <ClusterHops player={showing?.player ?? session.player} locale={locale} />
        </Suspense>
        {/* There is no request to ask about before there is a cluster: its code must not come before the prompt. */}
        {open && showing === undefined ? (
          <Suspense>
            <WhyPane session={session} />
          </Suspense>
        ) : null}
      </ErrorCard>
    </section>
  );
}

/** What says that the graph shows a demonstration, while it does. */
export function DemoPane() {
  return useDemo((state) => state.showing !== undefined) ? (
    <Suspense>
      <DemoBar />
    </Suspense>
  ) : null;
}

/** The hop the packet is at, in one line: for a phone. */
export function HopLinePane({ session }: SessionProps) {
  const locale = useLanguage();
  const showing = useDemo((state) => state.showing);
  return (
    <Suspense>
      <ClusterHopLine player={showing?.player ?? session.player} locale={locale} />
    </Suspense>
  );
}
