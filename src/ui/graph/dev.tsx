import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Trace } from '../../cluster/network/trace.ts';
import type { Scene } from '../../playground/scene.ts';
import '../theme/tokens.css';
import { HopLine, HopList, HopsHead, playerKey } from '../hops/HopList.tsx';
import { loadWebFonts } from '../theme/webFonts.ts';
import * as scenes from './fixtures/scenes.ts';
import * as traces from './fixtures/traces.ts';
import { between } from './fixtures/traces.ts';
import { PacketPlayer } from './packets/player.ts';
import { Stage } from './Stage.tsx';

/**
 * The stage by itself, for designers and screenshots: `?scene=tutorial&trace=clusterIP&hop=3&fraction=0.6&theme=light&lang=ko`.
 * Without `hop` the trace plays; `packets=200` lets packets fly in the background.
 */
loadWebFonts();
const query = new URLSearchParams(location.search);
document.documentElement.dataset.theme = query.get('theme') ?? 'dark';
document.documentElement.lang = query.get('lang') ?? 'en';

const allScenes = new Map(
  Object.entries(scenes).filter(
    (entry): entry is [string, Scene] => typeof entry[1] === 'object' && entry[1] !== null && 'pods' in entry[1],
  ),
);
const allTraces = new Map(
  Object.entries(traces).filter(
    (entry): entry is [string, Trace] => typeof entry[1] === 'object' && entry[1] !== null && 'steps' in entry[1],
  ),
);

const player = new PacketPlayer();
const shown = allScenes.get(query.get('scene') ?? 'tutorial') ?? scenes.tutorial;

function start(): void {
  const name = query.get('trace');
  const followed =
    name === 'between'
      ? between(
          shown.pods[0] ?? scenes.tutorial.pods[0] ?? never(),
          shown.pods[Number(query.get('to') ?? 1)] ?? never(),
        )
      : name === null
        ? undefined
        : allTraces.get(name);
  if (followed !== undefined) {
    if (followed.id === traces.afterLookup.id) {
      player.show(traces.lookup, true);
      player.skip();
    }
    player.show(followed, true);
    const hop = query.get('hop');
    if (hop !== null) {
      player.pause();
      player.seek(followed.id, Number(hop) - 1, Number(query.get('fraction') ?? 0));
    }
  }
  const flights = Number(query.get('packets') ?? 0);
  const running = shown.pods.filter((pod) => pod.ip !== undefined);
  let next = 0;
  const launch = () => {
    const from = running[(next * 7919) % running.length];
    const to = running[(next * 104_729 + 17) % running.length];
    next++;
    if (from !== undefined && to !== undefined) player.show(between(from, to), false);
  };
  if (flights > 0) {
    setInterval(() => {
      while (player.flights().length < flights) launch();
    }, 30);
  }
}

/** Frames a second over a while, and the time within which 99 of 100 frames come. */
function measureFrames(
  ms: number,
): Promise<{ readonly fps: number; readonly worst: number; readonly packets: number }> {
  return new Promise((resolve) => {
    const gaps: number[] = [];
    const start = performance.now();
    let last = start;
    const frame = (now: number) => {
      gaps.push(now - last);
      last = now;
      if (now - start < ms) {
        requestAnimationFrame(frame);
        return;
      }
      const sorted = gaps.slice(2).sort((a, b) => a - b);
      const total = sorted.reduce((sum, gap) => sum + gap, 0);
      resolve({
        fps: (1000 * sorted.length) / total,
        worst: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
        packets: player.flights().length,
      });
    };
    requestAnimationFrame(frame);
  });
}

function never(): never {
  throw new Error('the scene has no pods');
}

function Dev() {
  const [selected, setSelected] = useState<ObjectRef | undefined>(
    query.get('select') === null
      ? undefined
      : { kind: 'Service', name: query.get('select') ?? '', namespace: 'default' },
  );
  const [scene, setScene] = useState(shown);
  const locale = document.documentElement.lang;
  const rail = query.get('rail') !== null;
  useEffect(() => {
    Object.assign(window, { updateScene: (next: Scene) => flushSync(() => setScene(next)) });
    start();
    const other = allScenes.get(query.get('then') ?? '');
    if (other === undefined) return;
    const timer = setTimeout(() => setScene(other), 800);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      playerKey(event, player);
    };
    addEventListener('keydown', keys);
    return () => removeEventListener('keydown', keys);
  }, []);
  return (
    <div
      style={{
        height: '100%',
        display: 'grid',
        gridTemplateColumns: rail ? 'minmax(0,1fr) 292px' : 'minmax(0,1fr)',
        gridTemplateRows: 'minmax(0,1fr) auto',
        font: 'var(--w-regular) var(--fs-13)/var(--lh-ui) var(--font)',
        background: 'var(--surface)',
        color: 'var(--text)',
      }}
    >
      <Stage
        scene={scene}
        player={player}
        locale={locale}
        {...(selected === undefined ? {} : { selected })}
        bare={query.get('bare') !== null}
        onSelect={setSelected}
      />
      {rail ? (
        <aside style={{ borderInlineStart: '1px solid var(--line)', overflow: 'auto' }}>
          <HopsHead player={player} locale={locale} />
          <HopList player={player} locale={locale} />
        </aside>
      ) : null}
      {query.get('bare') === null ? null : <HopLine player={player} locale={locale} />}
    </div>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Dev />);
Object.assign(window, { player, scenes, measureFrames });
