import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { Trace } from '../../cluster/network/trace.ts';
import { PacketIcon } from '../graph/draw/glyphs.tsx';
import type { Hue } from '../graph/layout/picture.ts';
import type { PacketPlayer, PlayerState } from '../graph/packets/player.ts';
import { hueOf, traceHue } from '../graph/path/hue.ts';
import { isReplyLeg } from '../graph/path/reveal.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { type Section, sectionsOf } from './exchange.ts';
import { failedBy } from './failure.ts';
import { type HopPiece, hopWords, timeText } from './hopWords.ts';
import { usePlayerFrames } from './usePlayerFrames.ts';
import { type HopsWords, hopsWords } from './words.ts';
import './hops.css';

export interface HopListProps {
  readonly player: PacketPlayer;
  readonly locale: string;
}

/** The followed exchange as numbered hops, in step with the packet. A click on a hop takes the packet there. */
export function HopList({ player, locale }: HopListProps) {
  const state = usePlayerState(player);
  const words = hopsWords(locale);
  const list = useRef<HTMLOListElement>(null);
  const sections = useMemo(() => sectionsOf(state.exchange, state.trace, words), [state.exchange, state.trace, words]);
  usePlayerFrames(
    player,
    useCallback((position) => list.current?.style.setProperty('--along', String(position?.fraction ?? 0)), []),
  );
  const current = state.trace === undefined ? undefined : `${state.trace.id}/${state.hop}`;
  useEffect(() => {
    if (current === undefined) return;
    list.current?.querySelector('.hs-hop.now')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const seek = useCallback(
    (trace: number, hop: number) => {
      player.pause();
      player.seek(trace, hop);
    },
    [player],
  );
  if (state.trace === undefined) {
    return (
      <div className="hs-hops-empty">
        <b>{words.none}</b>
        <span>{words.noneHint}</span>
      </div>
    );
  }
  return (
    <ol className="hs-hops" ref={list} onKeyDown={(event) => playerKey(event.nativeEvent, player)}>
      {sections.map((section) => (
        <SectionView
          key={section.trace.id}
          section={section}
          state={state}
          words={words}
          locale={locale}
          headed={sections.length > 1}
          seek={seek}
        />
      ))}
    </ol>
  );
}

/** Head of the hop list: title, what was asked, and how far it is. */
export function HopsHead({ player, locale }: HopListProps) {
  const state = usePlayerState(player);
  const words = hopsWords(locale);
  const { trace } = state;
  return (
    <div className="hs-hops-head">
      <h2>{words.title}</h2>
      {trace === undefined ? null : <span className="sub">{`${trace.program} ${trace.target}`}</span>}
      <span className="sp" />
      {trace === undefined ? null : <StateChip state={state} trace={trace} words={words} />}
    </div>
  );
}

function StateChip({
  state,
  trace,
  words,
}: {
  readonly state: PlayerState;
  readonly trace: Trace;
  readonly words: HopsWords;
}) {
  const arrived = state.hop >= trace.steps.length - 1;
  const failed = trace.outcome !== 'ok' && failedBy(trace, state.hop);
  if (failed) {
    return (
      <span className="hs-chip bad">
        <PacketIcon hue="drop" size={12} />
        {words.outcome[trace.outcome]}
      </span>
    );
  }
  if (arrived) {
    return (
      <span className="hs-chip good">
        <PacketIcon hue="reply" size={12} />
        {words.outcome.ok}
      </span>
    );
  }
  return (
    <span className="hs-chip now">
      <PacketIcon hue={traceHue(trace)} size={12} />
      {state.playing ? words.inFlight : words.paused}
      {state.waiting > 0 ? ` ${words.waiting(state.waiting)}` : ''}
    </span>
  );
}

const SectionView = memo(function SectionView(props: {
  readonly section: Section;
  readonly state: PlayerState;
  readonly words: HopsWords;
  readonly locale: string;
  readonly headed: boolean;
  readonly seek: (trace: number, hop: number) => void;
}) {
  const { section, state, words, locale, headed, seek } = props;
  const { trace, first } = section;
  const here = trace === state.trace;
  const position =
    state.exchange.indexOf(trace) - (state.trace === undefined ? 0 : state.exchange.indexOf(state.trace));
  return (
    <>
      {headed ? (
        <li className="hs-hop-section">
          <PacketIcon hue={section.hue} size={14} />
          {section.title}
          <small>{section.protocol}</small>
        </li>
      ) : null}
      {trace.steps.map((step, index) => {
        const stage = here
          ? index < state.hop
            ? 'done'
            : index === state.hop
              ? 'now'
              : 'todo'
          : position < 0
            ? 'done'
            : 'todo';
        const failed = (step.verdict === 'reject' || step.verdict === 'drop') && stage !== 'todo';
        const next = trace.steps[index + 1];
        const hue: Hue = next === undefined ? 'http' : hueOf(next.packet, isReplyLeg(step, next) ? 'reply' : 'request');
        const { title, lines } = hopWords(step, trace, locale);
        const last = index === trace.steps.length - 1;
        return (
          <li
            key={step.hop}
            className={`hs-hop ${stage}${failed ? ' failed' : ''}${last ? ' last' : ''} hue-${hue}`}
            aria-current={stage === 'now' ? 'step' : undefined}
          >
            <button type="button" onClick={() => seek(trace.id, index)} aria-label={`${first + index}. ${title}`} />
            <span className="no">{first + index}</span>
            <span className="a">{title}</span>
            <span className="t">{stage === 'todo' ? '' : timeText(step.time, words.never)}</span>
            {lines.map((line) => (
              <span key={line.map((piece) => piece.text).join(' ')} className="b">
                <Pieces pieces={line} />
              </span>
            ))}
            {index === 0 && section.attempts.length > 1 ? (
              <ul className="hs-attempts">
                {section.attempts.map((attempt) => (
                  <li key={attempt.name} className={attempt.state}>
                    <i />
                    <span>{attempt.name}</span>
                    <b className="label">{attempt.label}</b>
                  </li>
                ))}
              </ul>
            ) : null}
            {stage === 'now' && !last ? (
              <span className="bead">
                <PacketIcon hue={hue} size={12} />
              </span>
            ) : null}
          </li>
        );
      })}
    </>
  );
});

function Pieces({ pieces }: { readonly pieces: readonly HopPiece[] }) {
  return pieces.map((piece, index) => {
    const key = `${index}${piece.text}`;
    const space = index === 0 ? '' : ' ';
    switch (piece.kind) {
      case 'old':
        return (
          <span key={key}>
            {space}
            <s>{piece.text}</s>
          </span>
        );
      case 'new':
        return (
          <span key={key}>
            {space}
            <em>{piece.text}</em>
          </span>
        );
      case 'tag':
        return (
          <span key={key} className="nat">
            {piece.text}
          </span>
        );
      default:
        return <span key={key}>{`${space}${piece.text}`}</span>;
    }
  });
}

/** One hop in one line, to swipe through: the hop list of a phone. */
export function HopLine({ player, locale }: HopListProps) {
  const state = usePlayerState(player);
  const words = hopsWords(locale);
  const from = useRef<number | undefined>(undefined);
  const { trace, hop } = state;
  const step = trace?.steps[hop];
  if (trace === undefined || step === undefined) return null;
  const { title, lines } = hopWords(step, trace, locale);
  return (
    <div
      className={`hs-hopline${failedBy(trace, hop) && trace.outcome !== 'ok' ? ' failed' : ''}`}
      onPointerDown={(event) => {
        from.current = event.clientX;
      }}
      onPointerUp={(event) => {
        const moved = event.clientX - (from.current ?? event.clientX);
        from.current = undefined;
        if (moved < -30) player.step();
        if (moved > 30) player.back();
      }}
    >
      <span className="num">{hop + 1}</span>
      <span>
        <b>{title}</b>
        <span className="m">
          <Pieces pieces={lines[0] ?? []} />
        </span>
      </span>
      <span className="of" title={words.hopOf(hop + 1, trace.steps.length)}>
        {hop + 1} / {trace.steps.length}
      </span>
    </div>
  );
}

/**
 * Space plays and pauses, `,` and `.` step back and forward. Returns whether the key was one of them; the page calls it for keys
 * that no text field wants.
 */
export function playerKey(event: KeyboardEvent, player: PacketPlayer): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const onButton = event.key === ' ' && event.target instanceof HTMLElement && event.target.closest('button') !== null;
  if (onButton) return false;
  if (event.key === ' ') player.toggle();
  else if (event.key === '.') {
    player.pause();
    player.step();
  } else if (event.key === ',') player.back();
  else return false;
  event.preventDefault();
  return true;
}
