import { usePreferences } from '../app/preferences.ts';
import { editor } from './monaco.ts';
import { editorTheme } from './themes.ts';

/** Lets the page draw and answer the keyboard before the next piece of work. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Starts what an editor stands on piece by piece: its services, its theme, the words and colours of YAML, and one editor out of sight.
 * All at once it would hold the page for half a second on a slow computer; the editor that is then shown finds everything made.
 */
export async function warm(): Promise<void> {
  await breathe();
  editor.setTheme(editorTheme(usePreferences.getState().theme));
  await breathe();
  const model = editor.createModel('a: 1\n', 'yaml');
  await breathe();
  model.dispose();
}
