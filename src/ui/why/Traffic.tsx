import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Trace } from '../../cluster/network/trace.ts';
import { whyWords } from '../../playground/why-words.ts';
import type { Session } from '../app/session.ts';
import { PacketIcon } from '../graph/draw/glyphs.tsx';
import { traceHue } from '../graph/path/hue.ts';
import { usePlayerState } from '../graph/usePlayer.ts';
import { useLanguage } from '../messages/messages.ts';
import './why.css';

/** How many requests are listed. */
const MOST = 6;

/** The object's part in recent traffic: the requests that came by it, newest first. A click shows one again. */
export function Traffic({ session, object }: { readonly session: Session; readonly object: ObjectRef }) {
  // A new exchange in the player is when there may be a new line.
  usePlayerState(session.player);
  const words = whyWords(useLanguage());
  const passed = session.recent((trace) => concerns(trace, object)).slice(0, MOST);
  if (!['Pod', 'Service', 'Node'].includes(object.kind)) return null;
  return (
    <div className="traffic">
      <h3>{words.traffic}</h3>
      {passed.length === 0 ? <p>{words.noTraffic}</p> : null}
      {passed.map((trace) => (
        <button type="button" key={trace.id} onClick={() => session.replay(trace.id)}>
          <PacketIcon hue={trace.outcome === 'ok' ? traceHue(trace) : 'drop'} size={12} />
          <code>{`${trace.program} ${trace.target}`}</code>
          <span>{answerOf(trace)}</span>
        </button>
      ))}
    </div>
  );
}

function answerOf(trace: Trace): string {
  const status = trace.steps.find((step) => step.code === 'server.answer')?.facts?.['status'];
  return trace.outcome === 'ok' ? (status ?? 'ok') : trace.outcome;
}

/** Whether a request went by an object: to a Service, from or to a pod, through a node. */
export function concerns(trace: Trace, object: ObjectRef): boolean {
  const same = (ref: ObjectRef | undefined) =>
    ref?.kind === object.kind && ref.name === object.name && (ref.namespace ?? '') === (object.namespace ?? '');
  if (same(trace.service) || same(trace.endpoint)) return true;
  return trace.steps.some(
    ({ place, object: ref }) =>
      same(ref) ||
      (object.kind === 'Node' && 'node' in place && place.node === object.name) ||
      (object.kind === 'Pod' &&
        place.at === 'pod' &&
        place.pod === object.name &&
        place.namespace === object.namespace),
  );
}
