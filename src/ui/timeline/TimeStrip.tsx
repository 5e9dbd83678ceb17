import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TimelineMark } from '../../playground/protocol.ts';
import { DemoPane } from '../app/cluster.tsx';
import { isHalted } from '../app/keys.ts';
import type { Session, Speed } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { useDemo } from '../demo/demo.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { useVirtualTime, virtualNow } from './clock.ts';
import { axisText, clockText } from './format.ts';
import { MarkGlyph } from './MarkGlyph.tsx';
import { type Bunch, bunches, place, type Stretch, stretchAt, ticks } from './strip.ts';
import './timeline.css';

/** Transport, clock and the strip of what happened. */
export function TimeStrip({ session }: { readonly session: Session }) {
  const { time } = useMessages();
  // A demonstration has a time of its own, and its bar the buttons for it.
  const demo = useDemo((state) => state.showing !== undefined);
  return (
    <section className="time" aria-label={time.pane}>
      {demo ? (
        <DemoPane />
      ) : (
        <>
          <Transport session={session} />
          <Strip session={session} />
          <LiveChip />
        </>
      )}
    </section>
  );
}

/** The buttons, the speed and the clock. */
export function Transport({ session, compact = false }: { readonly session: Session; readonly compact?: boolean }) {
  const { time } = useMessages();
  const state = usePlayerState(session.player);
  const paused = useSession((store) => store.clock?.paused === true);
  const halted = useHalted();
  const following = state.trace !== undefined && !state.done;
  const forward = following ? time.forward : time.nextEvent;
  return (
    <div className="transport">
      {compact ? null : (
        <button
          type="button"
          className="icon-btn"
          aria-label={time.replay}
          title={time.replay}
          disabled={state.trace === undefined}
          onClick={() => {
            const first = state.exchange[0];
            if (first === undefined) return;
            session.player.seek(first.id, 0);
            session.player.play();
          }}
        >
          <Icon name="rewind" />
        </button>
      )}
      <button
        type="button"
        className="icon-btn"
        aria-label={time.back}
        title={`${time.back}  ,`}
        disabled={state.trace === undefined}
        onClick={() => session.player.back()}
      >
        <Icon name="stepBack" />
      </button>
      <button
        type="button"
        className="play"
        aria-label={halted ? time.play : time.pause}
        title={halted ? time.play : time.pause}
        onClick={() => session.setPaused(!isHalted())}
      >
        <Icon name={halted ? 'play' : 'pause'} />
      </button>
      <button
        type="button"
        className="icon-btn"
        aria-label={forward}
        title={`${forward}  .`}
        disabled={!following && !paused}
        onClick={() => session.step()}
      >
        <Icon name="stepOn" />
      </button>
      {compact ? null : <SpeedChoice session={session} />}
      {compact ? null : <Clock />}
    </div>
  );
}

/** Whether time stands because the learner stopped it, or the packet. */
function useHalted(): boolean {
  return useSession((store) => store.clock?.paused === true);
}

const SPEEDS: readonly Speed[] = ['follow', '1', '10', '100'];

function SpeedChoice({ session }: { readonly session: Session }) {
  const { time } = useMessages();
  const clock = useSession((state) => state.clock);
  const now: Speed =
    clock === undefined
      ? session.speed
      : clock.follow
        ? 'follow'
        : (SPEEDS.find((speed) => speed === String(clock.speed)) ?? '1');
  return (
    <span className="choose speed">
      <select
        aria-label={time.speed}
        value={now}
        onChange={(event) => session.setSpeed(SPEEDS.find((speed) => speed === event.target.value) ?? 'follow')}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {speed === 'follow' ? time.hopPerSecond : time.times(Number(speed))}
          </option>
        ))}
      </select>
      <Icon name="down" size={12} />
    </span>
  );
}

export function Clock() {
  const { time } = useMessages();
  const text = useRef<HTMLSpanElement>(null);
  useVirtualTime(
    useCallback((now) => {
      if (text.current !== null) text.current.textContent = clockText(now);
    }, []),
  );
  return (
    <span className="clock" role="timer" aria-label={time.clock} ref={text}>
      00:00.000
    </span>
  );
}

function LiveChip() {
  const { time } = useMessages();
  const halted = useHalted();
  const holding = useSession((state) => state.clock?.holding === true);
  return (
    <span className={`live${halted ? ' paused' : ''}`} role="status">
      <i />
      {halted ? time.livePaused : holding ? time.liveHeld : time.live}
    </span>
  );
}

function Strip({ session }: { readonly session: Session }) {
  const { time } = useMessages();
  const track = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [stretch, setStretch] = useState<Stretch>(() => stretchAt(virtualNow()));
  const marks = useSession((state) => state.marks);
  useEffect(() => {
    const element = track.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(60, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useVirtualTime(
    useCallback((now) => {
      const wanted = stretchAt(now);
      setStretch((old) => (old.from === wanted.from && old.to === wanted.to ? old : wanted));
      const at = `${(place(now, wanted) * 100).toFixed(3)}%`;
      track.current?.style.setProperty('--head', at);
    }, []),
  );
  const gap = ((stretch.to - stretch.from) * 11) / width;
  const origin = useSession((state) => state.origin);
  const lanes = useMemo(() => {
    const seen = marks
      .map((mark) => ({ ...mark, at: mark.at - origin }))
      .filter((mark) => mark.at >= Math.max(0, stretch.from));
    return {
      cluster: bunches(
        seen.filter((mark) => mark.lane === 'cluster'),
        gap,
      ),
      packets: bunches(
        seen.filter((mark) => mark.lane === 'packets'),
        gap,
      ),
    };
  }, [marks, stretch, gap, origin]);
  return (
    <div className="strip">
      <div className="lane-names" aria-hidden="true">
        <span>{time.cluster}</span>
        <span>{time.packets}</span>
      </div>
      <div className="track" ref={track} role="toolbar" aria-label={time.marks} onKeyDown={moveMark}>
        <div className="lane a">
          <span className="future" />
        </div>
        <div className="lane b">
          <span className="future" />
        </div>
        <LaneMarks lane="a" found={lanes.cluster} stretch={stretch} session={session} />
        <LaneMarks lane="b" found={lanes.packets} stretch={stretch} session={session} />
        {ticks(stretch, width).map((at) => (
          <span
            key={at}
            className={`axis${at === stretch.from ? ' first' : ''}`}
            style={{ left: `${place(at, stretch) * 100}%` }}
          >
            {axisText(at)}
          </span>
        ))}
        <span className="playhead" />
      </div>
    </div>
  );
}

/** Arrow keys go along the marks of both lanes, in order of time. */
function moveMark(event: KeyboardEvent<HTMLDivElement>): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement>('.mark')].sort(
    (a, b) => a.offsetLeft - b.offsetLeft,
  );
  const at = marks.findIndex((mark) => mark.matches(':focus'));
  marks[at + by]?.focus();
  event.preventDefault();
}

const MOST_LISTED = 6;

const LaneMarks = memo(function LaneMarks(props: {
  readonly lane: 'a' | 'b';
  readonly found: readonly Bunch[];
  readonly stretch: Stretch;
  readonly session: Session;
}) {
  const { lane, found, stretch, session } = props;
  const { time } = useMessages();
  const open = (mark: TimelineMark) => {
    if (mark.ref !== undefined) session.select(mark.ref);
    else if (mark.trace !== undefined) session.replay(mark.trace);
  };
  return found.map((bunch) => {
    const texts = bunch.marks.slice(0, MOST_LISTED).map((mark) => time.markAt(clockText(mark.at), mark.text));
    const more = bunch.marks.length - MOST_LISTED;
    const text = [...texts, ...(more > 0 ? [time.more(more)] : [])].join('\n');
    return (
      <button
        key={`${bunch.at}${bunch.shown.glyph}${bunch.marks[0]?.text}`}
        type="button"
        className={`mark ${lane}`}
        style={{ left: `${place(bunch.at, stretch) * 100}%` }}
        aria-label={text}
        title={text}
        tabIndex={lane === 'a' && bunch === found[found.length - 1] ? 0 : -1}
        onClick={() => open(bunch.shown)}
      >
        <MarkGlyph glyph={bunch.shown.glyph} />
      </button>
    );
  });
});
