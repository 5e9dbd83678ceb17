import { useEffect, useMemo } from 'react';
import { PacketPlayer } from '../graph/packets/player.ts';
import { Stage } from '../graph/Stage.tsx';
import { useLanguage } from '../messages/messages.ts';
import { demoScene, demoTrace } from './demo.ts';

/** One request through a ClusterIP, played once. A click on the graph plays it again. */
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
  return (
    <Stage
      scene={demoScene}
      locale={locale}
      player={player}
      bare
      selected={{ kind: 'Service', name: 'my-nginx', namespace: 'default' }}
      onSelect={() => player.play()}
    />
  );
}
