import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whyWords } from '../../playground/why-words.ts';
import { en as graphEn } from '../graph/words.en.ts';
import { ko as graphKo } from '../graph/words.ko.ts';
import { zhCN as graphZh } from '../graph/words.zh-CN.ts';
import { en as hopsEn } from '../hops/words.en.ts';
import { ko as hopsKo } from '../hops/words.ko.ts';
import { zhCN as hopsZh } from '../hops/words.zh-CN.ts';
import { en } from './en.ts';
import glossary from './glossary.json' with { type: 'json' };
import { ko } from './ko.ts';
import { zhCN } from './zh-CN.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** All texts of a dictionary, by path. Functions are called with stand-ins for their arguments. */
function texts(value: unknown, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof value === 'string') found.set(path, value);
  else if (typeof value === 'function') found.set(path, String(value(...stands(value.length))));
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value))
      for (const [at, text] of texts(child, path === '' ? key : `${path}.${key}`)) found.set(at, text);
  return found;
}

function stands(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => index + 2);
}

function lessonTexts(language: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const slug of readdirSync(`${root}lessons`, { withFileTypes: true })) {
    if (!slug.isDirectory()) continue;
    const file = `${root}lessons/${slug.name}/${language}.md`;
    // Code is machine text in every language.
    found.set(file, readFileSync(file, 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, ''));
  }
  return found;
}

const dictionaries = [
  { name: 'zh-CN', page: zhCN, graph: graphZh, hops: hopsZh, why: whyWords('zh-CN'), never: glossary['zh-CN'].never },
  { name: 'ko', page: ko, graph: graphKo, hops: hopsKo, why: whyWords('ko'), never: glossary.ko.never },
] as const;

describe.each(dictionaries)('$name', ({ name, page, graph, hops, why, never }) => {
  const all = new Map([...texts(page), ...texts(graph), ...texts(hops), ...texts(why), ...lessonTexts(name)]);

  it('says everything that English says', () => {
    const keys = (of: unknown) => [...texts(of).keys()].sort();
    expect(keys(page)).toEqual(keys(en));
    expect(keys(graph)).toEqual(keys(graphEn));
    expect(keys(hops)).toEqual(keys(hopsEn));
    expect(keys(why)).toEqual(keys(whyWords('en')));
  });

  it('has no empty text', () => {
    expect([...texts(page)].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('uses the words of the Kubernetes documentation', () => {
    const wrong = [...all].flatMap(([at, text]) =>
      never.filter((word) => text.includes(word)).map((word) => `${at}: ${word}`),
    );
    expect(wrong).toEqual([]);
  });

  it('uses full-width punctuation only where the language does', () => {
    const bad = [...texts(page)].filter(([, text]) =>
      (name === 'ko' ? /[，。：；！？]/ : /[\u4e00-\u9fff][,;!?]/).test(text),
    );
    expect(bad).toEqual([]);
  });
});
