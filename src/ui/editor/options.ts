import type { editor } from './monaco.ts';

/** How every editor of the page looks and behaves; its letters are as large as those of its place. */
export function editorOptions(place: HTMLElement): editor.IStandaloneEditorConstructionOptions {
  const size = Number.parseFloat(getComputedStyle(place).fontSize);
  return {
    automaticLayout: true,
    fontFamily:
      '"JetBrains Mono Variable", "JetBrains Mono", "SF Mono", ui-monospace, "Noto Sans Mono CJK SC", monospace',
    fontSize: size,
    lineHeight: Math.round(size * 1.42),
    fontLigatures: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    lineNumbersMinChars: 4,
    lineDecorationsWidth: 14,
    glyphMargin: false,
    folding: true,
    showFoldingControls: 'mouseover',
    renderLineHighlight: 'line',
    renderLineHighlightOnlyWhenFocus: true,
    overviewRulerLanes: 0,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    padding: { top: 6, bottom: 6 },
    quickSuggestions: { other: true, comments: false, strings: true },
    wordBasedSuggestions: 'off',
    suggest: { showWords: false, preview: false },
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    guides: { indentation: true },
    contextmenu: false,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
    smoothScrolling: false,
    cursorBlinking: 'solid',
    unicodeHighlight: { ambiguousCharacters: false },
  };
}
