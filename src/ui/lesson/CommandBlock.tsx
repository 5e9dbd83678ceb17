import { useState } from 'react';
import { focusPlace, useView } from '../app/keys.ts';
import type { Session } from '../app/session.ts';
import { notify } from '../app/store.ts';
import { shortNode } from '../hops/hopWords.ts';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';

/** A command of the lesson with a button that types it into a terminal of the right machine. */
export function CommandBlock(props: { readonly session: Session; readonly command: string; readonly on: string }) {
  const { session, command, on } = props;
  const { lesson, app, terminal } = useMessages();
  const [busy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    session
      .run(command, on)
      .then((id) => {
        if (id === undefined) notify(lesson.waits);
        else if (useView.getState().tab !== 'lesson' || matchMedia('(min-width: 721px)').matches)
          focusPlace('terminal');
      })
      .catch(() => notify(lesson.waits))
      .finally(() => setBusy(false));
  };
  const node = shortNode(on);
  const prompt = on === 'laptop' ? '$' : `${on === 'node' ? lesson.node : node} $`;
  const place = on === 'laptop' ? terminal.laptop : on === 'node' ? lesson.anyNode : on;
  return (
    <div className="cmd">
      <span className="cmd-acts">
        <button
          type="button"
          className="cmd-copy"
          aria-label={`${app.copy}: ${command}`}
          title={app.copy}
          onClick={() => {
            navigator.clipboard.writeText(command).then(
              () => notify(app.copied),
              () => {},
            );
          }}
        >
          <Icon name="copy" size={14} />
        </button>
        <button
          type="button"
          className="btn small"
          disabled={busy}
          aria-label={lesson.runLabel(command)}
          title={lesson.runOn(place)}
          onClick={run}
        >
          {lesson.run}
        </button>
      </span>
      <span className="cmd-prompt" aria-hidden="true">
        {prompt}
      </span>
      <code>{command}</code>
    </div>
  );
}
