import { useEffect } from 'react';
import { useSession } from '../app/store.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { shortNode } from '../hops/hopWords.ts';
import { Icon } from '../icons/Icon.tsx';
import { InlineText } from '../lesson/InlineText.tsx';
import { useMessages } from '../messages/messages.ts';
import { endDemo, replayDemo, type Showing, useDemo } from './demo.ts';
import './demo.css';

/** In the transport's place while a demonstration is on: what is shown and where, what to watch, and the way back. */
export default function DemoBar() {
  const showing = useDemo((state) => state.showing);
  return showing === undefined ? null : <Bar key={showing.key} showing={showing} />;
}

function Bar({ showing }: { readonly showing: Showing }) {
  const { demo, terminal } = useMessages();
  const { card, player, key } = showing;
  const state = usePlayerState(player);
  const step = key.slice(key.indexOf('/') + 1);
  const words = useSession((each) => each.content?.prose.steps[step]?.demo);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      endDemo();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const running = state.playing && !state.done;
  return (
    <aside className="demo-bar" aria-label={demo.label} data-place="demo">
      <div className="demo-acts">
        <button
          type="button"
          className="icon-btn"
          aria-label={running ? demo.pause : state.done ? demo.again : demo.play}
          title={running ? demo.pause : state.done ? demo.again : demo.play}
          onClick={() => (state.done ? replayDemo() : player.toggle())}
        >
          <Icon name={running ? 'pause' : state.done ? 'rewind' : 'play'} />
        </button>
        <button
          type="button"
          className="icon-btn"
          aria-label={demo.step}
          title={demo.step}
          disabled={state.done}
          onClick={() => {
            player.pause();
            player.step();
          }}
        >
          <Icon name="stepOn" />
        </button>
      </div>
      <div className="demo-what">
        <p>
          <b className="demo-chip">{demo.label}</b>
          <code>{card.line}</code>
          <span className="muted">{demo.on(card.machine === 'laptop' ? terminal.laptop : shortNode(card.label))}</span>
        </p>
        <p className="demo-words">{words === undefined ? null : <InlineText text={words} />}</p>
      </div>
      <button type="button" className="btn small" onClick={endDemo} title={`${demo.back}  Esc`}>
        {demo.back}
      </button>
    </aside>
  );
}
