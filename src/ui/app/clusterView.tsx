import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Scene } from '../../playground/scene.ts';
import { useDemo } from '../demo/demo.ts';
import { useAutoDemo } from '../demo/useAutoDemo.ts';
import type { PacketPlayer } from '../graph/packets/player.ts';
import { Stage } from '../graph/Stage.tsx';
import { HopLine, HopList, HopsHead } from '../hops/HopList.tsx';
import type { Session } from './session.ts';
import { useSession } from './store.ts';

/** The graph in step with the session's packets. Loaded as one file together with the hop list. */
export function ClusterStage(props: {
  readonly session: Session;
  readonly scene: Scene;
  readonly locale: string;
  readonly bare: boolean;
  readonly onSelect: (ref: ObjectRef | undefined) => void;
}) {
  const { session, scene, locale, bare, onSelect } = props;
  const selected = useSession((state) => state.selected);
  const pointed = useSession((state) => state.pointed);
  const showing = useDemo((state) => state.showing);
  useAutoDemo(session);
  return (
    <Stage
      scene={scene}
      locale={locale}
      player={showing?.player ?? session.player}
      bare={bare}
      onSelect={onSelect}
      {...(selected === undefined ? {} : { selected })}
      {...(pointed === undefined ? {} : { pointed })}
    />
  );
}

interface PlayerProps {
  readonly player: PacketPlayer;
  readonly locale: string;
}

export function ClusterHops(props: PlayerProps) {
  return (
    <>
      <HopsHead {...props} />
      <div className="hops-scroll scroll">
        <HopList {...props} />
      </div>
    </>
  );
}

export function ClusterHopLine(props: PlayerProps) {
  return <HopLine {...props} />;
}
