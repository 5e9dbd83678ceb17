import { lazy, Suspense, useEffect, useState } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Inspection } from '../../playground/protocol.ts';
import type { Session } from '../app/session.ts';
import { notify, useSession } from '../app/store.ts';
import { TabList } from '../app/TabList.tsx';
import { GlyphIcon, StateIcon } from '../graph/draw/glyphs.tsx';
import type { GlyphName, StateGlyph } from '../graph/layout/picture.ts';
import { Icon } from '../icons/Icon.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { Yaml } from './Yaml.tsx';
import './inspector.css';

const Traffic = lazy(async () => ({ default: (await import('../why/Traffic.tsx')).Traffic }));

type Tab = 'facts' | 'events' | 'yaml';
const TABS: readonly Tab[] = ['facts', 'events', 'yaml'];

/** What is known of the object that is selected in the graph, the terminal or the palette. */
export function InspectorPane({ session }: { readonly session: Session }) {
  const { inspector } = useMessages();
  const selected = useSession((state) => state.selected);
  return (
    <section className="inspector" aria-label={inspector.pane}>
      {selected === undefined ? (
        <div className="empty">
          <EndpointIcon />
          <b>{inspector.nothing}</b>
          <span>{inspector.nothingText}</span>
        </div>
      ) : (
        <Inspected session={session} selected={selected} />
      )}
    </section>
  );
}

function Inspected({ session, selected }: { readonly session: Session; readonly selected: ObjectRef }) {
  const { inspector } = useMessages();
  const [tab, setTab] = useState<Tab>('facts');
  const found = useInspection(session, selected);
  const machine = useMachine(selected);
  return (
    <>
      <div className="head inspector-head">
        <GlyphIcon name={glyphOf(selected.kind)} />
        <h2 className="m" title={selected.name}>
          {selected.name}
        </h2>
        <span className="sub">{selected.kind}</span>
        <span className="sp" />
        <button
          type="button"
          className="icon-btn"
          aria-label={inspector.close}
          title={inspector.close}
          onClick={() => session.select(undefined)}
        >
          <Icon name="close" />
        </button>
      </div>
      {found === undefined ? null : found === null ? (
        <div className="empty">
          {machine === undefined ? (
            <>
              <b>{inspector.gone}</b>
              <span>{inspector.goneText}</span>
            </>
          ) : (
            <span>{machine}</span>
          )}
        </div>
      ) : (
        <>
          <div className="inspector-tabs">
            <TabList
              label={selected.name}
              controls="inspector-tab"
              selected={tab}
              onSelect={(id) => setTab(TABS.find((each) => each === id) ?? 'facts')}
              tabs={TABS.map((each) => ({ id: each, label: inspector[each] }))}
            />
          </div>
          <div className="inspector-body scroll" id="inspector-tab" role="tabpanel" aria-label={inspector[tab]}>
            {tab === 'facts' ? (
              <Facts found={found} session={session} />
            ) : tab === 'events' ? (
              <Events found={found} />
            ) : (
              <Yaml text={found.yaml} />
            )}
            {tab === 'facts' ? (
              <Suspense>
                <Traffic session={session} object={selected} />
              </Suspense>
            ) : null}
            {tab === 'facts' && selected.kind === 'Node' ? <Power session={session} node={selected.name} /> : null}
          </div>
          <Same session={session} command={found.command} />
        </>
      )}
    </>
  );
}

/** How often a changing object is asked for again. */
const ASK_EVERY = 300;

/** Asks again when the cluster has changed. Undefined until the first answer, null when there is no such object. */
function useInspection(session: Session, ref: ObjectRef): Inspection | null | undefined {
  const [found, setFound] = useState<{ readonly ref: ObjectRef; readonly is: Inspection | null } | undefined>();
  useEffect(() => {
    let gone = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const tell = (is: Inspection | null) => {
      if (!gone) setFound({ ref, is });
    };
    const ask = () => {
      waiting = undefined;
      session.inspect(ref).then(tell, () => tell(null));
    };
    ask();
    const stop = useSession.subscribe((state, before) => {
      if (state.scene !== before.scene) waiting ??= setTimeout(ask, ASK_EVERY);
    });
    return () => {
      gone = true;
      clearTimeout(waiting);
      stop();
    };
  }, [session, ref]);
  return found?.ref === ref ? found.is : undefined;
}

/** What is said of things that are no objects of the API: the laptop, a node's rules, a shell. */
function useMachine(ref: ObjectRef): string | undefined {
  const { machine } = useMessages().inspector;
  switch (ref.kind) {
    case 'Rules':
      return machine.rules(ref.name);
    case 'Shell':
      return machine.shell;
    case 'Machine':
      return ref.name === 'laptop'
        ? machine.laptop
        : ref.name === 'loadbalancer'
          ? machine.loadbalancer
          : machine.internet;
    default:
      return undefined;
  }
}

type Fact = Inspection['facts'][number];

function Facts({ found, session }: { readonly found: Inspection; readonly session: Session }) {
  const { labels } = useMessages().inspector;
  const groups = new Map<string, Fact[]>();
  for (const fact of found.facts) groups.set(fact.label, [...(groups.get(fact.label) ?? []), fact]);
  return (
    <dl className="facts">
      {[...groups].map(([label, facts]) => (
        <div key={label}>
          <dt>{labels[label] ?? label}</dt>
          <dd>
            {facts.map((fact) => (
              <FactValue key={`${fact.value}${fact.ref?.name ?? ''}`} fact={fact} session={session} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactValue({ fact, session }: { readonly fact: Fact; readonly session: Session }) {
  const { ref } = fact;
  const state = stateOf(fact.state);
  const content = (
    <>
      {state === undefined ? null : <StateIcon state={state} size={12} />}
      <Breakable text={fact.value} />
    </>
  );
  if (ref === undefined) return <span className="fact">{content}</span>;
  return (
    <button
      type="button"
      className="fact link"
      onClick={() => session.select(ref)}
      onPointerEnter={() => session.point(ref)}
      onPointerLeave={() => session.point(undefined)}
    >
      {content}
    </button>
  );
}

/** A name or address that may be broken after its dots, and nowhere else while it fits. */
function Breakable({ text }: { readonly text: string }) {
  return (
    <span>
      {[...text.matchAll(/[^./,]*[./,]?/g)].map(({ 0: part, index }) => (
        <span key={index}>
          {index === 0 ? null : <wbr />}
          <span className="part">{part}</span>
        </span>
      ))}
    </span>
  );
}

const STATES: readonly StateGlyph[] = ['ready', 'pending', 'notready', 'terminating', 'failed', 'succeeded'];

function stateOf(text: string | undefined): StateGlyph | undefined {
  return STATES.find((state) => state === text);
}

function Events({ found }: { readonly found: Inspection }) {
  const { inspector } = useMessages();
  const language = useLanguage();
  const clock = useSession((state) => state.clock);
  if (found.events.length === 0) return <p className="empty">{inspector.noEvents}</p>;
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  return (
    <ol className="events">
      {[...found.events].reverse().map((event) => (
        <li key={`${event.at}${event.reason}${event.message}`} className={event.type === 'Warning' ? 'warn' : ''}>
          <span className="when">{time.format(new Date((clock?.epoch ?? 0) + event.at))}</span>
          <b>{event.reason}</b>
          {event.count > 1 ? <span className="count">{inspector.times(event.count)}</span> : null}
          <p>{event.message}</p>
        </li>
      ))}
    </ol>
  );
}

function Power({ session, node }: { readonly session: Session; readonly node: string }) {
  const { inspector } = useMessages();
  const powered = useSession((state) => state.scene?.nodes.find((each) => each.name === node)?.powered ?? true);
  return (
    <div className="power">
      <button
        type="button"
        className="btn small"
        title={inspector.powerText}
        onClick={() => session.setPower(node, !powered)}
      >
        <Icon name="power" />
        {powered ? inspector.powerOff : inspector.powerOn}
      </button>
    </div>
  );
}

/** The command that shows the same in the terminal. */
function Same({ session, command }: { readonly session: Session; readonly command: string }) {
  const { app, inspector } = useMessages();
  return (
    <div className="same">
      <button
        type="button"
        className="same-run"
        aria-label={`${inspector.runCommand}: ${command}`}
        title={inspector.runCommand}
        onClick={() => {
          session.run(command).catch(() => {});
        }}
      >
        <Icon name="shell" size={14} />
        <code>{command}</code>
      </button>
      <button
        type="button"
        className="icon-btn"
        aria-label={inspector.copyCommand}
        title={inspector.copyCommand}
        onClick={() => {
          navigator.clipboard.writeText(command).then(
            () => notify(app.copied),
            () => {},
          );
        }}
      >
        <Icon name="copy" size={14} />
      </button>
    </div>
  );
}

const GLYPHS: Readonly<Record<string, GlyphName>> = {
  Pod: 'pod',
  Service: 'service',
  Endpoints: 'service',
  EndpointSlice: 'service',
  Node: 'node',
  Rules: 'rules',
  Shell: 'shell',
  Secret: 'secret',
  ConfigMap: 'configmap',
  Deployment: 'deployment',
  ReplicaSet: 'deployment',
  Container: 'container',
  DockerHost: 'node',
  Machine: 'laptop',
};

/** The glyph of a kind. */
export function glyphOf(kind: string): GlyphName {
  return GLYPHS[kind] ?? 'pod';
}

function EndpointIcon() {
  return (
    <svg className="ic" width={20} height={20} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.8 8h4.4" />
      <circle cx="10" cy="8" r="3.8" />
      <circle cx="10" cy="8" r="1.2" className="f" />
    </svg>
  );
}
