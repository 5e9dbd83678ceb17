import { useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import type { Screens } from './screens.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['Tab', '\t'],
  ['Ctrl C', '\u0003'],
  ['↑', '\u001b[A'],
  ['↓', '\u001b[B'],
  ['←', '\u001b[D'],
  ['→', '\u001b[C'],
  ['|', '|'],
  ['-', '-'],
  ['/', '/'],
  ['$', '$'],
  ['Esc', '\u001b'],
];

/** The keys that a touch keyboard lacks. */
export function TerminalKeys({ screens, terminal }: { readonly screens: Screens; readonly terminal: number }) {
  const { terminal: words } = useMessages();
  const [ctrl, setCtrl] = useState(false);
  return (
    <div className="terminal-keys" role="toolbar" aria-label={words.keys}>
      <button
        type="button"
        aria-pressed={ctrl}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => setCtrl(screens.holdControl(terminal))}
      >
        Ctrl
      </button>
      {KEYS.map(([name, data]) => (
        <button
          key={name}
          type="button"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            screens.press(terminal, data);
            setCtrl(false);
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
