import { useEffect, useRef } from 'react';
import type { Problem } from '../../lessons/content.ts';
import { usePreferences } from '../app/preferences.ts';
import { editor, KeyCode, MarkerSeverity, Uri } from '../editor/monaco.ts';
import { editorOptions } from '../editor/options.ts';
import { editorTheme } from '../editor/themes.ts';
import { prepareYaml } from '../editor/yaml.ts';
import { useMessages } from '../messages/messages.ts';
import '../editor/monaco.css';

interface StudioEditorProps {
  readonly slug: string;
  readonly path: string;
  readonly text: string;
  /** What is wrong with this file. */
  readonly problems: readonly Problem[];
  /** A place to go to; another object goes there once more. */
  readonly reveal: { readonly path: string; readonly line: number } | undefined;
  readonly onChange: (path: string, text: string) => void;
}

/** Monaco for a lesson's files: completion and hover by the lesson's schema, and what the validator says, at its line. */
export default function StudioEditor({ slug, path, text, problems, reveal, onChange }: StudioEditorProps) {
  const { editor: words } = useMessages();
  const theme = usePreferences((state) => state.theme);
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<editor.IStandaloneCodeEditor | undefined>(undefined);
  const latest = useRef({ path, onChange });
  latest.current = { path, onChange };
  /** The text from outside is being put into the editor: no change of the writer's. */
  const taking = useRef(false);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    prepareYaml().catch(() => {});
    const created = editor.create(element, {
      ...editorOptions(element),
      model: null,
      theme: editorTheme(usePreferences.getState().theme),
    });
    shown.current = created;
    // Tab is a letter here: Escape leads out, to what is said of the lesson, once it has nothing else to close.
    created.addCommand(
      KeyCode.Escape,
      () => document.querySelector<HTMLElement>('.studio-panel [role="tab"][aria-selected="true"]')?.focus(),
      '!suggestWidgetVisible && !findWidgetVisible && !parameterHintsVisible && !editorHasSelection && !editorHasMultipleSelections',
    );
    const changes = created.onDidChangeModelContent(() => {
      if (!taking.current) latest.current.onChange(latest.current.path, created.getValue());
    });
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
    const uri = Uri.file(`/studio/${slug}/${path}`);
    const model = editor.getModel(uri) ?? editor.createModel(text, languageOf(path), uri);
    taking.current = true;
    if (current.getModel() !== model) current.setModel(model);
    if (model.getValue() !== text)
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    taking.current = false;
    current.updateOptions({ ariaLabel: words.text(path), wordWrap: path.endsWith('.md') ? 'on' : 'off' });
  }, [slug, path, text, words]);

  useEffect(() => {
    const model = shown.current?.getModel();
    if (model == null) return;
    editor.setModelMarkers(
      model,
      'lesson',
      problems
        .filter(({ file }) => file.endsWith(`/${path}`))
        .map(({ line, message, remedy }) => ({
          severity: MarkerSeverity.Error,
          message: `${message}\n${remedy}`,
          startLineNumber: line,
          startColumn: 1,
          endLineNumber: line,
          endColumn: 10_000,
        })),
    );
  }, [problems, path]);

  useEffect(() => {
    const current = shown.current;
    if (current === undefined || reveal?.path !== path) return;
    current.revealLineInCenter(reveal.line);
    current.setPosition({ lineNumber: reveal.line, column: 1 });
    current.focus();
  }, [reveal, path]);

  useEffect(() => {
    editor.setTheme(editorTheme(theme));
  }, [theme]);

  return <div className="monaco" ref={place} />;
}

function languageOf(path: string): string {
  return /\.(ya?ml|json)$/i.test(path) ? 'yaml' : 'plaintext';
}
