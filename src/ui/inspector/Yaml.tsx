/** YAML as kubectl prints it, in the colours of the editor. Only what kubectl prints is known: no anchors, no flow style. */
export function Yaml({ text }: { readonly text: string }) {
  return (
    <pre className="yaml">
      {[...text.trimEnd().matchAll(/.+/g)].map(({ 0: line, index }) => (
        <Line key={index} line={line} />
      ))}
    </pre>
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
