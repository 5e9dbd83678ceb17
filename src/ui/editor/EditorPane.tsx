import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { ErrorCard } from '../app/ErrorCard.tsx';
import { useView } from '../app/keys.ts';
import { usePreferences } from '../app/preferences.ts';
import type { Session } from '../app/session.ts';
import { type ApplyResult, notify, useSession } from '../app/store.ts';
import { TabList } from '../app/TabList.tsx';
import { Icon } from '../icons/Icon.tsx';
import { useMessages } from '../messages/messages.ts';
import { useWhy } from '../why/store.ts';
import { applyResult } from './applied.ts';
import { freeName, nameOf, problemWith } from './names.ts';
import { PlainEditor } from './PlainEditor.tsx';
import './editor.css';

/** Monaco reads its own words while its modules start, so those of the language come first. */
const MonacoEditor = lazy(async () => {
  const { language } = usePreferences.getState();
  if (language === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn.js');
  if (language === 'ko') await import('monaco-editor/nls/lang/ko.js');
  const { warm } = await import('./warm.ts');
  await warm();
  return import('./MonacoEditor.tsx');
});

/** What one tab of the editor shows: a file of the laptop, or the text that `kubectl edit` waits for. */
export interface Document {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** Number of the edit, for `kubectl edit`. */
  readonly edit?: number;
}

/** The laptop's files as tabs. What is typed here is in the terminal's file system at once. */
export function EditorPane({ session }: { readonly session: Session }) {
  const { editor } = useMessages();
  const documents = useDocuments();
  const [chosen, setChosen] = useState<string | undefined>();
  const [naming, setNaming] = useState(false);
  const results = useResults(session);
  const drafts = useDrafts();
  const edits = useSession((state) => state.edits);
  const newest = edits[edits.length - 1];
  useEffect(() => {
    if (newest === undefined) return;
    setChosen(editId(newest.id));
    useView.setState({ tab: 'files' });
  }, [newest]);
  const reveal = useWhy((state) => state.reveal);
  useEffect(() => {
    if (reveal !== undefined) setChosen(reveal.path);
  }, [reveal]);
  // The last of the files the lesson begins with; one that is made later in the terminal does not push it aside.
  const first = useRef<string | undefined>(undefined);
  first.current ??= documents[documents.length - 1]?.id;
  const shown =
    documents.find((each) => each.id === chosen) ??
    documents.find((each) => each.id === first.current) ??
    documents[documents.length - 1];
  const change = (text: string) => {
    if (shown === undefined) return;
    if (shown.edit === undefined) session.writeFile(shown.id, text);
    else drafts.set(shown.id, text);
  };
  const remove = (document: Document) => {
    session.removeFile(document.id);
    notify(editor.deleted(document.name), {
      action: { label: editor.undo, run: () => session.writeFile(document.id, document.text) },
    });
  };
  return (
    <section className="editor-pane" aria-label={editor.pane} data-place="editor">
      <div className="head tabs-head">
        <TabList
          label={editor.tabs}
          controls="editor-text"
          selected={shown?.id}
          onSelect={setChosen}
          tabs={documents.map((document) => ({
            id: document.id,
            label: document.name,
            mono: true,
            icon: document === shown ? <Icon name="file" size={14} /> : undefined,
            mark: results.modified(document) ? (
              <span className="dot" role="img" aria-label={editor.modified} title={editor.modified} />
            ) : undefined,
            close:
              document.edit === undefined
                ? { label: editor.deleteFile(document.name), run: () => remove(document) }
                : undefined,
          }))}
        />
        {naming ? (
          <NewName
            taken={documents.map((document) => document.name)}
            onDone={(name) => {
              setNaming(false);
              if (name === undefined) return;
              const path = `${homeOf(documents)}/${name}`;
              session.writeFile(path, '');
              setChosen(path);
            }}
          />
        ) : (
          <button
            type="button"
            className="icon-btn"
            aria-label={editor.newFile}
            title={editor.newFile}
            onClick={() => setNaming(true)}
          >
            <Icon name="plus" />
          </button>
        )}
        <span className="sp" />
        {shown === undefined ? null : shown.edit === undefined ? (
          <ApplyButton document={shown} result={results.of(shown)} apply={() => results.apply(shown)} />
        ) : (
          <EditButtons
            document={shown}
            finish={(save) => {
              if (shown.edit === undefined) return;
              session.finishEdit(shown.edit, save ? (drafts.get(shown.id) ?? shown.text) : null);
              session.focusTerminal();
            }}
          />
        )}
      </div>
      <div className="editor-text" id="editor-text" role="tabpanel" aria-label={shown?.name ?? editor.pane}>
        {shown === undefined ? (
          <div className="empty">
            <Icon name="file" size={20} />
            <b>{editor.empty}</b>
            <span>{editor.emptyText}</span>
          </div>
        ) : (
          <Writing document={shown} onChange={change} onApply={() => results.apply(shown)} />
        )}
      </div>
    </section>
  );
}

/** The full editor once the page has drawn and the graph has had its turn; a plain one until then, and if it cannot come. */
function Writing(props: {
  readonly document: Document;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
}) {
  const ready = useQuiet();
  const plain = <PlainEditor {...props} />;
  if (!ready) return plain;
  return (
    <ErrorCard instead={plain}>
      <Suspense fallback={plain}>
        <MonacoEditor {...props} />
      </Suspense>
    </ErrorCard>
  );
}

let settled = false;

/** True once the page stands and has had time for the graph. */
function useQuiet(): boolean {
  const [quiet, setQuiet] = useState(settled);
  const open = useSession((state) => state.phase === 'open' && state.scene !== undefined);
  useEffect(() => {
    if (settled || !open) return;
    const begin = () => {
      settled = true;
      setQuiet(true);
    };
    // The graph's own code is asked for first; this waits until the main thread rests.
    const timer = setTimeout(() => {
      if (typeof requestIdleCallback === 'function') requestIdleCallback(begin, { timeout: 3000 });
      else begin();
    }, 700);
    return () => clearTimeout(timer);
  }, [open]);
  return quiet;
}

const editId = (id: number) => `edit:${id}`;

function useDocuments(): readonly Document[] {
  const files = useSession((state) => state.files);
  const edits = useSession((state) => state.edits);
  const shown = [...files].filter(([path]) => /\.(ya?ml|json|conf|txt|sh|md)$/i.test(path) || !/\/\./.test(path));
  return [
    ...shown.map(([path, text]): Document => ({ id: path, name: nameOf(path), text })),
    ...edits.map((edit): Document => ({ id: editId(edit.id), name: edit.name, text: edit.text, edit: edit.id })),
  ];
}

/** Where new files go: where the others are. */
function homeOf(documents: readonly Document[]): string {
  const path = documents.find((document) => document.edit === undefined)?.id;
  return path === undefined ? '/home/learner' : path.slice(0, path.lastIndexOf('/'));
}

/** Texts of `kubectl edit` as they are being changed. */
function useDrafts(): Map<string, string> {
  const drafts = useRef(new Map<string, string>());
  return drafts.current;
}

interface Applied {
  readonly result: ApplyResult;
  /** The text that was applied. */
  readonly text: string;
}

interface Results {
  readonly of: (document: Document) => ApplyResult | undefined;
  readonly modified: (document: Document) => boolean;
  readonly apply: (document: Document) => void;
}

/** What became of the last `kubectl apply` of each file. A change of the text takes the mark off again. */
function useResults(session: Session): Results {
  const [all, setAll] = useState<Readonly<Record<string, Applied>>>({});
  const set = (document: Document, result: ApplyResult) =>
    setAll((before) => ({ ...before, [document.id]: { result, text: document.text } }));
  const of = (document: Document) => {
    const applied = all[document.id];
    return applied === undefined || applied.text !== document.text ? undefined : applied.result;
  };
  return {
    of,
    modified: (document) => {
      const applied = all[document.id];
      return applied !== undefined && applied.text !== document.text;
    },
    apply: (document) => {
      if (document.edit !== undefined) return;
      set(document, 'applying');
      session
        .runAndRead(`kubectl apply -f ./${document.name}`)
        .then((output) => set(document, applyResult(output)))
        .catch(() => set(document, 'failed'));
    },
  };
}

function ApplyButton(props: {
  readonly document: Document;
  readonly result: ApplyResult | undefined;
  readonly apply: () => void;
}) {
  const { document, result, apply } = props;
  const { editor } = useMessages();
  if (!/\.(ya?ml|json)$/i.test(document.name)) return null;
  return (
    <>
      <span className="apply-result" role="status">
        {result === undefined || result === 'applying' ? null : (
          <span className={`chip ${result === 'failed' ? 'bad' : 'good'}`}>
            <Icon name={result === 'failed' ? 'close' : 'check'} size={13} />
            {result === 'failed' ? editor.failed : result === 'unchanged' ? editor.unchanged : editor.applied}
          </span>
        )}
      </span>
      <button
        type="button"
        className="btn small"
        title={`kubectl apply -f ./${document.name}`}
        disabled={result === 'applying'}
        onClick={apply}
      >
        {result === 'applying' ? editor.applying : editor.apply}
      </button>
    </>
  );
}

function EditButtons(props: { readonly document: Document; readonly finish: (save: boolean) => void }) {
  const { app, editor } = useMessages();
  return (
    <>
      <span className="sr" role="status">
        {editor.editing(props.document.name)}
      </span>
      <button type="button" className="btn small quiet" onClick={() => props.finish(false)}>
        {app.cancel}
      </button>
      <button type="button" className="btn small primary" onClick={() => props.finish(true)}>
        {editor.save}
      </button>
    </>
  );
}

function NewName(props: { readonly taken: readonly string[]; readonly onDone: (name: string | undefined) => void }) {
  const { editor } = useMessages();
  const [name, setName] = useState(freeName(props.taken));
  const problem = problemWith(name, props.taken);
  return (
    <form
      className="new-name"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) props.onDone(name);
      }}
    >
      <input
        // A field that appears on demand takes the focus at once.
        ref={(element) => element?.focus()}
        aria-label={editor.newFileName}
        aria-invalid={problem !== undefined}
        title={problem === 'taken' ? editor.taken : problem === 'bad' ? editor.badName : editor.newFileName}
        value={name}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => setName(event.target.value)}
        onFocus={(event) => event.target.setSelectionRange(0, name.lastIndexOf('.'))}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onDone(undefined);
        }}
        onBlur={() => props.onDone(undefined)}
      />
    </form>
  );
}
