import { useMessages } from '../messages/messages.ts';

/** A text field for until the full editor has arrived, and where it cannot be loaded. */
export function PlainText(props: {
  readonly path: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const { path, text, onChange } = props;
  const { editor } = useMessages();
  return (
    <textarea
      className="studio-plain m"
      aria-label={editor.text(path)}
      value={text}
      spellCheck={false}
      wrap="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
