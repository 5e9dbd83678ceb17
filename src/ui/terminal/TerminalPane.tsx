import { useCallback, useEffect, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import type { Session } from '../app/session.ts';
import { type TerminalTab, useSession } from '../app/store.ts';
import { TabList } from '../app/TabList.tsx';
import { GlyphIcon, PacketIcon } from '../graph/draw/glyphs.tsx';
import { traceHue } from '../graph/path/hue.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import type { Screens } from './screens.ts';
import { TerminalKeys } from './TerminalKeys.tsx';
import './terminal.css';

const screensOf = new WeakMap<Session, Promise<Screens>>();

/** xterm arrives as a file of its own, right after the page. One set of screens lives as long as its session. */
function loadScreens(session: Session): Promise<Screens> {
  let screens = screensOf.get(session);
  if (screens === undefined) {
    screens = import('./screens.ts').then((module) => new module.Screens(session));
    screensOf.set(session, screens);
  }
  return screens;
}

interface PaneProps {
  readonly session: Session;
  /** Shows the row of keys that a touch keyboard lacks. */
  readonly keys?: boolean;
}

/** The terminals: one tab for each, on the laptop or wherever its innermost shell is now. */
export function TerminalPane({ session, keys = false }: PaneProps) {
  const { terminal: words } = useMessages();
  const terminals = useSession((state) => state.terminals);
  const front = useSession((state) => state.terminal);
  const screens = useScreens(session);
  const label = (tab: TerminalTab) => (tab.machine === 'laptop' ? words.laptop : tab.label);
  const shown = terminals.find((tab) => tab.id === front);
  const add = () => {
    session
      .openTerminal('laptop')
      .then(() => session.focusTerminal())
      .catch(() => {});
  };
  return (
    <section className="terminal-pane" aria-label={words.pane} data-place="terminal">
      <div className="head tabs-head">
        <TabList
          label={words.tabs}
          tabs={terminals.map((tab) => ({
            id: String(tab.id),
            label: label(tab),
            icon: <MachineIcon machine={tab.machine} />,
            mono: tab.machine !== 'laptop',
            ...(terminals.length > 1
              ? { close: { label: words.closeTab(label(tab)), run: () => session.closeTerminal(tab.id) } }
              : {}),
          }))}
          selected={String(front)}
          controls="terminal-screen"
          onSelect={(id) => {
            session.show(Number(id));
            requestAnimationFrame(() => session.focusTerminal());
          }}
        />
        <button type="button" className="icon-btn" aria-label={words.add} title={words.add} onClick={add}>
          <Icon name="plus" />
        </button>
      </div>
      <div
        className="terminal-screen"
        id="terminal-screen"
        role="tabpanel"
        aria-label={shown === undefined ? words.pane : words.screen(label(shown))}
      >
        {screens === undefined || shown === undefined ? null : (
          <ScreenView key={shown.id} screens={screens} id={shown.id} />
        )}
        <WaitLine session={session} running={shown?.running !== undefined} id={shown?.id} />
      </div>
      {keys && shown !== undefined && screens !== undefined ? (
        <TerminalKeys screens={screens} terminal={shown.id} />
      ) : null}
    </section>
  );
}

function useScreens(session: Session): Screens | undefined {
  const [screens, setScreens] = useState<Screens | undefined>();
  useEffect(() => {
    let gone = false;
    loadScreens(session)
      .then((loaded) => {
        if (!gone) setScreens(loaded);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [session]);
  return screens;
}

function ScreenView({ screens, id }: { readonly screens: Screens; readonly id: number }) {
  const theme = usePreferences((state) => state.theme);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    return element === null ? undefined : screens.show(id, element);
  }, [screens, id]);
  // The colours follow the theme, which the document carries by now.
  useEffect(() => {
    if (theme !== undefined) screens.recolour();
  }, [screens, theme]);
  return <div className="terminal-place" ref={place} />;
}

function MachineIcon({ machine }: { readonly machine: string }) {
  return <GlyphIcon name={machine === 'laptop' ? 'laptop' : machine.startsWith('pod/') ? 'pod' : 'node'} size={14} />;
}

/** The line below the output while the cluster's time stands still for a packet. */
function WaitLine(props: { readonly session: Session; readonly running: boolean; readonly id: number | undefined }) {
  const { session, running, id } = props;
  const { terminal: words } = useMessages();
  const { trace, hop, done, playing } = usePlayerState(session.player);
  const holding = useSession((state) => state.clock?.holding === true);
  const paused = useSession((state) => state.clock?.paused === true);
  const interrupt = useCallback(() => {
    if (id === undefined) return;
    session.player.skip();
    session.input(id, '\u0003');
    session.focusTerminal();
  }, [session, id]);
  const waits = running && holding && trace !== undefined && !done;
  if (!waits && !(running && paused)) return null;
  const text = waits
    ? (playing && !paused ? words.waiting : words.waitingPaused)(hop + 1, trace.steps.length)
    : words.paused;
  return (
    <p className="terminal-wait">
      <PacketIcon hue={trace === undefined ? 'http' : traceHue(trace)} size={13} />
      <span>{text}</span>
      <button type="button" aria-label={words.interrupt} title={words.interrupt} onClick={interrupt}>
        <kbd>Ctrl C</kbd>
      </button>
    </p>
  );
}
