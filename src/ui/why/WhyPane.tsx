import { useEffect, useRef } from 'react';
import type { Trace } from '../../cluster/network/trace.ts';
import type { TryCard, WhyFix, WhyLink } from '../../playground/protocol.ts';
import { causeText, fixText, type WhyWords, whyWords } from '../../playground/why-words.ts';
import type { Session } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { failedBy } from '../hops/failure.ts';
import { Icon } from '../icons/Icon.tsx';
import { useLanguage } from '../messages/messages.ts';
import { doneLine } from './apply.ts';
import { closeWhy, openWhy, revealLine, type Tried, tryFix, useWhy } from './store.ts';
import './why.css';

/** Below the hops: asks why the request that is shown failed; the card covers the hops while it is open. */
export default function WhyPane({ session }: { readonly session: Session }) {
  const { trace, hop, quiet } = usePlayerState(session.player);
  const words = whyWords(useLanguage());
  const open = useWhy((state) => state.trace);
  // Another request came: the card was about the one before.
  const shown = trace?.group;
  const group = useRef(shown);
  useEffect(() => {
    if (group.current !== shown && useWhy.getState().trace !== undefined) closeWhy(session);
    group.current = shown;
  }, [session, shown]);
  if (open !== undefined) return <Card session={session} words={words} />;
  if (trace === undefined || (quiet && trace.outcome === 'ok') || !askable(trace, hop)) return null;
  return (
    <div className="why-bar">
      <button type="button" className="why-ask" onClick={() => openWhy(session, trace.id)}>
        <Icon name="warn" size={14} />
        {words.ask}
      </button>
    </div>
  );
}

/** Whether there is something to explain: it failed, and the packet has come that far; or it answers with an error. */
function askable(trace: Trace, hop: number): boolean {
  if (trace.outcome !== 'ok') return failedBy(trace, hop);
  if (hop < trace.steps.length - 1) return false;
  return trace.steps.some(
    ({ code, facts }) =>
      (code === 'server.answer' && Number.parseInt(facts?.['status'] ?? '', 10) >= 400) ||
      (code === 'proxy.dnat' && (facts?.['affinity'] !== undefined || facts?.['terminating'] !== undefined)),
  );
}

function Card({ session, words }: { readonly session: Session; readonly words: WhyWords }) {
  const { trace, card, tried } = useWhy();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  if (trace === undefined) return null;
  return (
    <section
      className="why-card"
      aria-label={words.ask}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeWhy(session);
      }}
    >
      <div className="why-head">
        <h2 tabIndex={-1} ref={head}>
          {words.ask}
        </h2>
        <span className="sp" />
        <button type="button" className="icon-btn" aria-label={words.close} onClick={() => closeWhy(session)}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <div className="why-body scroll" aria-live="polite">
        {card === undefined ? null : card === null ? (
          <p className="why-none">{words.tooLate}</p>
        ) : (
          <>
            <p className="why-line">
              <Icon name="shell" size={13} />
              <code>{card.line}</code>
            </p>
            {card.withheld === true ? <Withheld session={session} trace={trace} words={words} /> : null}
            <Chain session={session} links={card.links} words={words} last={!card.ok} />
            {card.links.length === 0 && card.withheld !== true ? <p className="why-none">{words.noCause}</p> : null}
            {card.fixes.length === 0 ? null : <h3>{words.whatIf}</h3>}
            {card.fixes.map((fix, index) => (
              <Fix
                key={`${fix.code}${fix.commands.join()}${fix.ask?.line ?? ''}`}
                session={session}
                trace={trace}
                index={index}
                fix={fix}
                tried={tried[index]}
                words={words}
              />
            ))}
          </>
        )}
      </div>
    </section>
  );
}

/** In an exercise: the learner is to find the cause, and may look all the same. */
function Withheld(props: { readonly session: Session; readonly trace: number; readonly words: WhyWords }) {
  const { session, trace, words } = props;
  const step = useSession((state) => state.lesson?.current);
  return (
    <div className="why-withheld">
      <p>{words.withheld}</p>
      <button
        type="button"
        className="btn small"
        onClick={() => {
          if (step !== undefined)
            session.helped(step, 'why').then(
              () => openWhy(session, trace),
              () => {},
            );
        }}
      >
        <Icon name="bulb" size={13} />
        {words.reveal}
      </button>
    </div>
  );
}

function Chain(props: {
  readonly session: Session;
  readonly links: readonly WhyLink[];
  readonly words: WhyWords;
  readonly last: boolean;
}) {
  const { session, links, words, last } = props;
  return (
    <ol className="why-chain">
      {links.map((link, index) => (
        <li
          key={link.code}
          className={last && index === links.length - 1 ? 'root' : ''}
          onPointerEnter={() => session.point(link.object)}
          onPointerLeave={() => session.point(last ? links.at(-1)?.object : undefined)}
        >
          <span className="n" aria-hidden="true">
            {index + 1}
          </span>
          <div>
            <p>{causeText(words, link.code, link.facts)}</p>
            <Where session={session} link={link} />
            {link.evidence === undefined ? null : (
              <Command command={link.evidence} label={words.shows} session={session} />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The object and the field, or the line of a file that says it. */
function Where({ session, link }: { readonly session: Session; readonly link: WhyLink }) {
  const { object, source } = link;
  if (object === undefined) return null;
  return (
    <>
      <button type="button" className="why-object" onClick={() => session.select(object)}>
        {object.kind} <b>{object.name}</b>
        {object.fieldPath === undefined ? null : <code>{object.fieldPath}</code>}
      </button>
      {source === undefined || !source.exact || object.fieldPath === undefined ? null : (
        <button type="button" className="why-source" onClick={() => revealLine(source.path, source.line)}>
          <span>{`${source.path.split('/').at(-1)}:${source.line}`}</span>
          <code>{source.text}</code>
        </button>
      )}
    </>
  );
}

function Command(props: { readonly session: Session; readonly command: string; readonly label: string }) {
  const { session, command, label } = props;
  return (
    <button
      type="button"
      className="why-command"
      title={label}
      aria-label={`${label}: ${command}`}
      onClick={() => {
        session.run(command).catch(() => {});
      }}
    >
      <Icon name="shell" size={12} />
      <code>{command}</code>
    </button>
  );
}

function Fix(props: {
  readonly session: Session;
  readonly trace: number;
  readonly index: number;
  readonly fix: WhyFix;
  readonly tried: Tried | undefined;
  readonly words: WhyWords;
}) {
  const { session, trace, index, fix, tried, words } = props;
  return (
    <div className="why-fix">
      <p>{fixText(words, fix.code, fix.facts)}</p>
      {fix.edits.map((edit) => (
        <div className="why-edit" key={edit.path}>
          <span>{`${edit.path.split('/').at(-1)}:${edit.line}`}</span>
          <del>{edit.before}</del>
          <ins>{edit.after}</ins>
        </div>
      ))}
      {[...fix.commands, ...(fix.ask === undefined ? [] : [fix.ask.line])].map((command) => (
        <code className="why-do" key={command}>
          {command}
        </code>
      ))}
      <div className="why-buttons">
        <button
          type="button"
          className="btn small"
          disabled={tried === 'trying'}
          onClick={() => tryFix(session, trace, index)}
        >
          {words.tryIt}
        </button>
        <button
          type="button"
          className="btn small primary"
          onClick={() => {
            for (const edit of fix.edits) session.writeFile(edit.path, edit.text);
            if (fix.power !== undefined) session.setPower(fix.power, true);
            const line = doneLine(fix);
            if (line !== '') session.run(line).catch(() => {});
            closeWhy(session);
          }}
        >
          {words.apply}
        </button>
      </div>
      <Result tried={tried} words={words} />
    </div>
  );
}

function Result({ tried, words }: { readonly tried: Tried | undefined; readonly words: WhyWords }) {
  if (tried === undefined) return null;
  if (tried === 'trying')
    return (
      <p className="why-result" role="status">
        {words.trying}
      </p>
    );
  if (tried === 'gone') return <p className="why-result">{words.tooLate}</p>;
  return (
    <div className={`why-result ${tried.ok ? 'good' : 'bad'}`} role="status">
      <Icon name={tried.ok ? 'check' : 'close'} size={13} />
      <span>{tried.ok ? words.arrives(tried.seconds) : nextText(tried, words)}</span>
    </div>
  );
}

function nextText(tried: TryCard, words: WhyWords): string {
  const link = tried.next.at(-1);
  return link === undefined ? words.failsNext : `${words.failsNext} ${causeText(words, link.code, link.facts)}`;
}
