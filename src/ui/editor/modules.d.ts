/** Monaco's parts that have no declarations of their own. */
declare module 'monaco-editor/editor.js' {
  export { editor, KeyCode, KeyMod, languages, MarkerSeverity, Uri } from 'monaco-editor';
}
declare module 'monaco-editor/nls/lang/*';
declare module 'monaco-editor/features/*';
declare module 'monaco-editor/languages/*';
declare module 'monaco-editor/editor/editor.worker.js';
declare module 'monaco-editor/editor/contrib/*';
declare module 'monaco-editor/base/*';
declare module 'monaco-editor/platform/*';
declare module 'monaco-editor/editor/common/*';
declare module 'monaco-editor/editor/browser/*';
