import { useEffect, useState } from 'react';
import type { Language } from '../../lessons/format.ts';
import { useLanguage } from '../messages/messages.ts';
import { en, type StudioWords } from './words.en.ts';

export type { StudioWords };

async function load(language: Language): Promise<StudioWords> {
  if (language === 'zh-CN') return (await import('./words.zh-CN.ts')).zhCN;
  if (language === 'ko') return (await import('./words.ko.ts')).ko;
  return en;
}

/** The Studio's words in the page's language; undefined until they have arrived for the first time. */
export function useStudioWords(): StudioWords | undefined {
  const language = useLanguage();
  const [words, setWords] = useState<StudioWords | undefined>(language === 'en' ? en : undefined);
  useEffect(() => {
    let gone = false;
    load(language)
      .then((loaded) => {
        if (!gone) setWords(loaded);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [language]);
  return words;
}
