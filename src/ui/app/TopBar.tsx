import type { ReactNode } from 'react';
import type { Language } from '../../lessons/format.ts';
import { LANGUAGES } from '../../lessons/format.ts';
import { Icon } from '../icons/Icon.tsx';
import { LANGUAGE_NAMES, useLanguage, useMessages } from '../messages/messages.ts';
import { openOverlay } from './keys.ts';
import { setLanguage, setTheme, usePreferences } from './preferences.ts';

/** The bar above every place: what it is called, search, and the controls that hold everywhere. */
export function TopBar({ children, tools }: { readonly children?: ReactNode; readonly tools?: ReactNode }) {
  const { app } = useMessages();
  return (
    <header className="top">
      <a className="brand" href="#/" aria-label={app.home}>
        <Logo />
        <span>Hopscope</span>
      </a>
      {children}
      <span className="sp" />
      <button type="button" className="find" aria-label={app.openPalette} onClick={() => openOverlay('palette')}>
        <Icon name="search" />
        <span>{app.search}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {tools}
      <LanguageChoice />
      <ThemeButton />
    </header>
  );
}

export function Logo() {
  return (
    <svg className="logo" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <rect x=".8" y="7.9" width="6.2" height="6.2" rx="1.5" className="a" />
      <rect x="7.9" y="4.3" width="6.2" height="6.2" rx="1.5" className="b" />
      <rect x="8.7" y="12.3" width="4.6" height="4.6" rx="1" className="o" />
      <rect x="15" y="7.9" width="6.2" height="6.2" rx="1.5" className="a" />
    </svg>
  );
}

export function LanguageChoice() {
  const { app } = useMessages();
  const language = useLanguage();
  return (
    <label className="language" title={app.language}>
      <Icon name="language" />
      <span aria-hidden="true">{LANGUAGE_NAMES[language].short}</span>
      <select
        aria-label={app.language}
        value={language}
        onChange={(event) => setLanguage(asLanguage(event.target.value))}
      >
        {LANGUAGES.map((each) => (
          <option key={each} value={each} lang={each}>
            {LANGUAGE_NAMES[each].name}
          </option>
        ))}
      </select>
    </label>
  );
}

function asLanguage(value: string): Language {
  return LANGUAGES.find((language) => language === value) ?? 'en';
}

export function ThemeButton() {
  const { app } = useMessages();
  const theme = usePreferences((state) => state.theme);
  const label = theme === 'dark' ? app.toLight : app.toDark;
  return (
    <button
      type="button"
      className="icon-btn"
      aria-label={label}
      title={label}
      onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
    >
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}
