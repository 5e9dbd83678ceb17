import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { openOverlay } from './keys.ts';
import { ModalDialog } from './ModalDialog.tsx';

/** All keys, by the place they hold in. */
export default function Shortcuts() {
  const { shortcuts: words, app } = useMessages();
  const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      words.everywhere,
      [
        ['Ctrl K', words.palette],
        ['?', words.sheet],
        ['Alt 1', words.toLesson],
        ['Alt 2', words.toGraph],
        ['Alt 3', words.toTerminal],
        ['Alt 4', words.toEditor],
      ],
    ],
    [
      words.packets,
      [
        ['Space', words.play],
        [',', words.back],
        ['.', words.forward],
      ],
    ],
    [
      words.graph,
      [
        ['← ↑ ↓ →', words.move],
        ['Enter', words.inspect],
        ['+ - 0', words.zoom],
        ['Esc', words.deselect],
      ],
    ],
    [
      words.terminal,
      [
        ['Tab', words.complete],
        ['Ctrl C', words.interrupt],
        ['Ctrl R', words.history],
        ['Shift Esc', words.leaveTerminal],
      ],
    ],
    [
      words.editor,
      [
        ['Ctrl Enter', words.apply],
        ['Ctrl Space', words.suggest],
        ['Ctrl M', words.leaveEditor],
      ],
    ],
  ];
  return (
    <ModalDialog className="sheet" label={words.title} onClose={() => openOverlay(undefined)}>
      <header className="sheet-head">
        <h2>{words.title}</h2>
        <button type="button" className="icon-btn" aria-label={app.close} onClick={() => openOverlay(undefined)}>
          <Icon name="close" />
        </button>
      </header>
      <div className="sheet-body scroll">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, text]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((part) => (
                      <kbd key={part}>{part}</kbd>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </ModalDialog>
  );
}
