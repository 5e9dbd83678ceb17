import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { useSession } from './store.ts';

/** Over everything, after the engine failed: what is kept, and the two ways on. */
export function CrashCard({ restart }: { readonly restart: () => void }) {
  const { trouble } = useMessages();
  const crash = useSession((state) => state.crash);
  return (
    <div className="trouble over" role="alertdialog" aria-labelledby="crash-title" aria-describedby="crash-text">
      <div className="trouble-card">
        <Icon name="warn" size={20} />
        <h2 id="crash-title">{trouble.crashTitle}</h2>
        <p id="crash-text">{trouble.crashText}</p>
        {crash === undefined ? null : (
          <details>
            <summary>{trouble.details}</summary>
            <pre className="scroll">{crash}</pre>
          </details>
        )}
        <div className="trouble-acts">
          <button type="button" className="btn primary" onClick={() => location.reload()}>
            {trouble.reload}
          </button>
          <button type="button" className="btn" onClick={restart}>
            {trouble.fresh}
          </button>
        </div>
      </div>
    </div>
  );
}
