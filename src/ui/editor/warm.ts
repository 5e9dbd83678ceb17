import { usePreferences } from '../app/preferences.ts';

/** Lets the page draw and answer the keyboard before the next piece of work. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Starts what an editor stands on piece by piece: the floors of Monaco (one file each, see vite.config.ts), its services and theme,
 * the words of YAML, and an
 * editor that nobody sees. All at once they would hold the page for more than half a second on a slow computer.
 */
export async function warm(): Promise<void> {
  for (const floor of [
    () => import('monaco-editor/base/common/uri.js'),
    () => import('monaco-editor/platform/log/common/log.js'),
    () => import('monaco-editor/editor/common/core/position.js'),
    () => import('monaco-editor/editor/browser/editorBrowser.js'),
  ]) {
    await floor();
    await breathe();
  }
  const [{ editor }, { editorTheme }] = await Promise.all([import('./monaco.ts'), import('./themes.ts')]);
  await breathe();
  editor.setTheme(editorTheme(usePreferences.getState().theme));
  await breathe();
  const model = editor.createModel('a: 1\n', 'yaml');
  await breathe();
  const unseen = editor.create(document.createElement('div'), { model: null });
  await breathe();
  unseen.setModel(model);
  await breathe();
  unseen.dispose();
  model.dispose();
}
