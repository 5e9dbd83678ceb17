import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react';
import { PacketPlayer } from '../graph/packets/player.ts';
import { Stage } from '../graph/Stage.tsx';
import { useLanguage } from '../messages/messages.ts';
import { demoScene, demoTrace } from './demo.ts';

/** The graph is drawn at this size and then made to fit, so that it looks the same in every window. */
const WIDE = { width: 720, height: 430 };
const TALL = { width: 390, height: 420 };

/** One request through a ClusterIP, played once. A picture: its place is a link to the lesson that shows it. */
export default function Demo() {
  const locale = useLanguage();
  const player = useMemo(() => new PacketPlayer({ hopDuration: 900 }), []);
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    player.setReducedMotion(still);
    player.show(demoTrace, true);
    if (still) {
      player.pause();
      player.seek(demoTrace.id, 2, 0.5);
    }
    return () => player.clear();
  }, [player]);
  const place = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const around = place.current?.parentElement;
    if (around === null || around === undefined) return;
    const observer = new ResizeObserver(() => setRoom(around.clientWidth));
    observer.observe(around);
    return () => observer.disconnect();
  }, []);
  const size = room < 520 ? TALL : WIDE;
  const scale = room / size.width;
  const style: CSSProperties = {
    ...size,
    transform: `scale(${scale})`,
    marginBottom: size.height * (scale - 1),
  };
  return (
    <div ref={place} style={style} inert>
      {room === 0 ? null : (
        <Stage scene={demoScene} locale={locale} player={player} bare selected={SHOWN} onSelect={nothing} />
      )}
    </div>
  );
}

const SHOWN = { kind: 'Service', name: 'my-nginx', namespace: 'default' };

function nothing(): void {}
