import { useRef } from 'react';
import { useMessages } from '../messages/messages.ts';
import type { Document } from './EditorPane.tsx';

/** A text field with line numbers, for until the full editor has arrived. Same size, same place, and nothing typed is lost. */
export function PlainEditor(props: {
  readonly document: Document;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
}) {
  const { document, onChange, onApply } = props;
  const { editor } = useMessages();
  const gutter = useRef<HTMLDivElement>(null);
  const lines = document.text.split('\n').length;
  return (
    <div className="plain">
      <div className="plain-gutter" aria-hidden="true" ref={gutter}>
        {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
      </div>
      <textarea
        key={document.id}
        aria-label={editor.text(document.name)}
        defaultValue={document.text}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onApply();
          } else if (event.key === 'Tab' && !event.shiftKey) {
            event.preventDefault();
            const { selectionStart, selectionEnd } = event.currentTarget;
            event.currentTarget.setRangeText('  ', selectionStart, selectionEnd, 'end');
            onChange(event.currentTarget.value);
          }
        }}
      />
    </div>
  );
}
