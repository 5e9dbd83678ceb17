import { create } from 'zustand';
import type { Language } from '../../lessons/format.ts';

export type Theme = 'light' | 'dark';

interface Preferences {
  readonly language: Language;
  /** Undefined until the learner chooses: the system's setting holds. */
  readonly chosenTheme: Theme | undefined;
  readonly theme: Theme;
}

/** What is remembered in this browser under a short name. A browser that forbids storage forgets, and nothing else happens. */
export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(`hopscope.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`hopscope.${key}`, value);
  } catch {
    // Full or forbidden: the choice holds until the page is closed.
  }
}

function asTheme(value: string | null | undefined): Theme | undefined {
  return value === 'light' || value === 'dark' ? value : undefined;
}

function asLanguage(value: string): Language {
  return value.startsWith('zh') ? 'zh-CN' : value.startsWith('ko') ? 'ko' : 'en';
}

// The script in index.html has decided on language and theme already, before the first paint.
const root = document.documentElement;
const asked = new URLSearchParams(location.search);

export const usePreferences = create<Preferences>(() => ({
  language: asLanguage(root.lang),
  chosenTheme: asTheme(asked.get('theme')) ?? asTheme(remembered('theme')),
  theme: asTheme(root.dataset.theme) ?? 'light',
}));

/** Changes the language, and says so in the address, so that a link shows what its sender saw. */
export function setLanguage(language: Language): void {
  usePreferences.setState({ language });
  remember('language', language);
  const address = new URL(location.href);
  address.searchParams.set('lang', language);
  history.replaceState(history.state, '', address);
}

export function setTheme(theme: Theme): void {
  usePreferences.setState({ theme, chosenTheme: theme });
  remember('theme', theme);
}

usePreferences.subscribe((state) => {
  root.lang = state.language;
  root.dataset.theme = state.theme;
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
  if (usePreferences.getState().chosenTheme === undefined)
    usePreferences.setState({ theme: event.matches ? 'dark' : 'light' });
});
