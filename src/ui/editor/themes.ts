import type { Theme } from '../app/preferences.ts';
import { editor } from './monaco.ts';

/** Defines Monaco's theme from the tokens that hold now, and returns its name. */
export function editorTheme(theme: Theme): string {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const bare = (name: string) => token(name).slice(1);
  const name = `hopscope-${theme}`;
  editor.defineTheme(name, {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: bare('--text') },
      { token: 'type', foreground: bare('--syn-key') },
      { token: 'type.yaml', foreground: bare('--syn-key') },
      { token: 'string', foreground: bare('--syn-str') },
      { token: 'string.yaml', foreground: bare('--syn-str') },
      { token: 'number', foreground: bare('--syn-num') },
      { token: 'number.yaml', foreground: bare('--syn-num') },
      { token: 'keyword', foreground: bare('--syn-num') },
      { token: 'comment', foreground: bare('--syn-com') },
      { token: 'operators', foreground: bare('--text') },
      { token: 'delimiter', foreground: bare('--text') },
      { token: 'string.invalid', foreground: bare('--pk-drop-ink') },
    ],
    colors: {
      'editor.background': token('--code'),
      'editor.foreground': token('--text'),
      'editorLineNumber.foreground': token('--syn-dim'),
      'editorLineNumber.activeForeground': token('--text'),
      // The empty last line: dimmed by half unless it has a colour of its own.
      'editorLineNumber.dimmedForeground': token('--syn-dim'),
      'editorCursor.foreground': token('--text'),
      'editor.selectionBackground': `${token('--focus')}40`,
      'editor.inactiveSelectionBackground': `${token('--focus')}26`,
      'editor.selectionHighlightBackground': `${token('--focus')}1f`,
      'editor.wordHighlightBackground': `${token('--focus')}1f`,
      'editor.lineHighlightBackground': token('--raised'),
      'editor.lineHighlightBorder': '#00000000',
      'editorIndentGuide.background1': token('--line'),
      'editorIndentGuide.activeBackground1': token('--line-2'),
      'editorBracketMatch.background': token('--raised'),
      'editorBracketMatch.border': token('--line-2'),
      'editorError.foreground': token('--pk-drop'),
      'editorWarning.foreground': token('--st-notready-ink'),
      'editorGutter.foldingControlForeground': token('--text-3'),
      'editorWidget.background': token('--surface'),
      'editorWidget.foreground': token('--text'),
      'editorWidget.border': token('--line-2'),
      'editorHoverWidget.background': token('--surface'),
      'editorHoverWidget.border': token('--line-2'),
      'editorSuggestWidget.background': token('--surface'),
      'editorSuggestWidget.border': token('--line-2'),
      'editorSuggestWidget.foreground': token('--text-2'),
      'editorSuggestWidget.selectedBackground': token('--raised'),
      'editorSuggestWidget.selectedForeground': token('--text'),
      'editorSuggestWidget.highlightForeground': token('--focus'),
      'editorSuggestWidget.focusHighlightForeground': token('--focus'),
      'list.hoverBackground': token('--raised'),
      'input.background': token('--code'),
      'input.foreground': token('--text'),
      'input.border': token('--line-2'),
      focusBorder: token('--focus'),
      'scrollbarSlider.background': `${token('--line-2')}99`,
      'scrollbarSlider.hoverBackground': token('--line-2'),
      'scrollbarSlider.activeBackground': token('--wire'),
      'scrollbar.shadow': '#00000000',
      'widget.shadow': '#00000000',
    },
  });
  return name;
}
