import { notify } from '../app/store.ts';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';

/** YAML as kubectl prints it, in the colours of the editor. Only what kubectl prints is known: no anchors, no flow style. */
export function Yaml({ text }: { readonly text: string }) {
  const { app, inspector } = useMessages();
  return (
    <div className="yaml-view">
      <button
        type="button"
        className="icon-btn yaml-copy"
        aria-label={inspector.copyYaml}
        title={inspector.copyYaml}
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => notify(app.copied),
            () => {},
          );
        }}
      >
        <Icon name="copy" size={14} />
      </button>
      <pre className="yaml">
        {[...text.trimEnd().matchAll(/.+/g)].map(({ 0: line, index }) => (
          <Line key={index} line={line} />
        ))}
      </pre>
    </div>
  );
}

const PAIR = /^(\s*(?:- )*)([\w./-]+|"[^"]*")(:)(?:( )(.*))?$/;
const ITEM = /^(\s*(?:- )+)(.*)$/;

function Line({ line }: { readonly line: string }) {
  const pair = PAIR.exec(line);
  if (pair !== null) {
    const [, indent, key, , space, value] = pair;
    return (
      <span>
        {indent}
        <i className="key">{key}</i>:{space}
        <Value text={value ?? ''} />
        {'\n'}
      </span>
    );
  }
  const item = ITEM.exec(line);
  return (
    <span>
      {item?.[1]}
      <Value text={item?.[2] ?? line} />
      {'\n'}
    </span>
  );
}

function Value({ text }: { readonly text: string }) {
  if (text === '') return null;
  const plain = /^(-?\d+(\.\d+)?|true|false|null|[|>][+-]?|\{\}|\[\])$/.test(text);
  return <i className={plain ? 'number' : 'string'}>{text}</i>;
}
