import { useEffect, useRef } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { webFonts } from '../theme/webFonts.ts';
import { type LineMark, useLineMarks } from '../why/insights.ts';
import { useWhy } from '../why/store.ts';
import '../why/why.css';
import type { Document } from './EditorPane.tsx';
import { editor, KeyCode, KeyMod, MarkerSeverity, Uri } from './monaco.ts';
import { editorOptions } from './options.ts';
import { editorTheme } from './themes.ts';
import { prepareYaml } from './yaml.ts';
import './monaco.css';

interface MonacoProps {
  readonly document: Document;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
}

/** The full editor. One editor for all files: each file is a model, so that undo and scroll position stay with it. */
export default function MonacoEditor({ document, onChange, onApply }: MonacoProps) {
  const { editor: words } = useMessages();
  const theme = usePreferences((state) => state.theme);
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<editor.IStandaloneCodeEditor | undefined>(undefined);
  const latest = useRef({ document, onChange, onApply });
  latest.current = { document, onChange, onApply };
  /** The text of each document as page and editor last agreed on it: another one came from outside, such as from the terminal. */
  const agreed = useRef(new Map<string, string>());
  const views = useRef(new Map<string, editor.ICodeEditorViewState | null>());

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    prepareYaml().catch(() => {});
    const created = editor.create(element, {
      model: null,
      theme: editorTheme(usePreferences.getState().theme),
      ...editorOptions(element),
    });
    shown.current = created;
    created.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => latest.current.onApply());
    const changes = created.onDidChangeModelContent(() => {
      const { id, edit } = latest.current.document;
      const text = created.getValue();
      if (edit === undefined && agreed.current.get(id) === text) return;
      agreed.current.set(id, text);
      latest.current.onChange(text);
    });
    // Widths are measured in the font: again once that has arrived.
    webFonts().then(
      () => editor.remeasureFonts(),
      () => {},
    );
    return () => {
      changes.dispose();
      created.dispose();
      for (const model of editor.getModels()) model.dispose();
      shown.current = undefined;
    };
  }, []);

  useEffect(() => {
    const current = shown.current;
    if (current === undefined) return;
    const { id, text, edit } = document;
    const uri = Uri.file(id.replace(':', '/'));
    const known = editor.getModel(uri);
    const model = known ?? editor.createModel(text, languageOf(document.name), uri);
    const before = current.getModel();
    if (before !== model) {
      if (before !== null) views.current.set(before.uri.toString(), current.saveViewState());
      current.setModel(model);
      current.restoreViewState(views.current.get(uri.toString()) ?? null);
    }
    const changed = known !== null && edit === undefined && agreed.current.get(id) !== text;
    agreed.current.set(id, edit === undefined || known === null ? text : model.getValue());
    if (changed && model.getValue() !== text)
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    current.updateOptions({ ariaLabel: words.text(document.name) });
  }, [document, words]);

  const marks = useLineMarks(document.id, document.text, useLanguage());
  const drawn = useRef<editor.IEditorDecorationsCollection | undefined>(undefined);
  useEffect(() => {
    const current = shown.current;
    const model = current?.getModel();
    if (current == null || model == null) return;
    drawn.current?.clear();
    drawn.current = current.createDecorationsCollection(marks.map((mark) => decoration(mark)));
    editor.setModelMarkers(
      model,
      'hopscope',
      marks
        .filter((mark) => mark.kind !== 'info')
        .map((mark) => ({
          severity: mark.kind === 'guilty' ? MarkerSeverity.Error : MarkerSeverity.Warning,
          message: mark.text,
          startLineNumber: mark.line,
          startColumn: mark.column,
          endLineNumber: mark.line,
          endColumn: mark.endColumn,
        })),
    );
  }, [marks]);

  const reveal = useWhy((state) => state.reveal);
  useEffect(() => {
    if (reveal?.path === document.id) shown.current?.revealLineInCenter(reveal.line);
  }, [reveal, document.id]);

  useEffect(() => {
    editor.setTheme(editorTheme(theme));
  }, [theme]);

  return <div className="monaco" ref={place} />;
}

/** A mark as Monaco draws it: its words behind the line, and the guilty line itself. */
function decoration({ line, kind, text }: LineMark): editor.IModelDeltaDecoration {
  return {
    range: { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 10_000 },
    options: {
      ...(kind === 'guilty' ? { isWholeLine: true, className: 'why-guilty-line' } : {}),
      after: { content: `  ${text}`, inlineClassName: `why-note ${kind}` },
    },
  };
}

function languageOf(name: string): string {
  return /\.(ya?ml|json)$/i.test(name) ? 'yaml' : 'plaintext';
}
