import { createContext, useContext } from 'react';
import type { Language } from '../../lessons/format.ts';
import { en, type Messages } from './en.ts';

export type { Messages };

/** Names of the languages as their readers write them; short form for a narrow bar. */
export const LANGUAGE_NAMES: Readonly<Record<Language, { readonly name: string; readonly short: string }>> = {
  en: { name: 'English', short: 'EN' },
  'zh-CN': { name: '简体中文', short: '中文' },
  ko: { name: '한국어', short: '한국어' },
};

/** The words of a language. English is part of the page; the others arrive as files of their own. */
export async function loadMessages(language: Language): Promise<Messages> {
  if (language === 'zh-CN') return (await import('./zh-CN.ts')).zhCN;
  if (language === 'ko') return (await import('./ko.ts')).ko;
  return en;
}

export interface Words {
  readonly language: Language;
  readonly messages: Messages;
}

export const WordsContext = createContext<Words>({ language: 'en', messages: en });

/** The words of the page's language. */
export function useMessages(): Messages {
  return useContext(WordsContext).messages;
}

export function useLanguage(): Language {
  return useContext(WordsContext).language;
}
