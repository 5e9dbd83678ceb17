import type { CatalogueEntry, LessonContent, Problem } from './content.ts';
import type { Language } from './format.ts';
import { type LessonFolder, type ParsedLesson, parseLesson } from './parse.ts';

/** A lesson as the page loads it: one content a language, and its line of the course map. */
export interface CompiledLesson {
  readonly contents: Readonly<Record<Language, LessonContent>>;
  readonly entry: CatalogueEntry;
}

/** What a development server tells the page when a lesson's file was saved: the new version, or what is wrong with it. */
export interface LessonUpdate {
  readonly slug: string;
  /** Missing when the folder cannot be used as it is: the page goes on with the version before. */
  readonly compiled?: CompiledLesson;
  readonly problems: readonly Problem[];
}

/** Compiles a lesson's folder. A lesson with problems may still be compiled, as far as its structure can be used. */
export function compileLesson(folder: LessonFolder): LessonUpdate {
  const { parsed, problems } = parseLesson(folder);
  return { slug: folder.slug, problems, ...(parsed === undefined ? {} : { compiled: compiled(parsed) }) };
}

function compiled({ lesson, files, prose }: ParsedLesson): CompiledLesson {
  const content = (language: Language): LessonContent => ({ lesson, files, language, prose: prose[language] });
  const words = (field: 'title' | 'summary') => ({
    en: prose.en[field],
    'zh-CN': prose['zh-CN'][field],
    ko: prose.ko[field],
  });
  return {
    contents: { en: content('en'), 'zh-CN': content('zh-CN'), ko: content('ko') },
    entry: {
      slug: lesson.slug,
      order: lesson.order,
      minutes: lesson.minutes,
      breaks: lesson.breaks ?? false,
      cluster: lesson.cluster,
      steps: lesson.steps.map((step) => step.id),
      titles: words('title'),
      summaries: words('summary'),
    },
  };
}
