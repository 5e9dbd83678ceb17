import { type ReactNode, useEffect, useRef, useState } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import type { LessonFolder } from '../../lessons/parse.ts';
import { starterLesson } from '../../lessons/starter.ts';
import { notify } from '../app/store.ts';
import { TopBar } from '../app/TopBar.tsx';
import { useShape } from '../app/useMedia.ts';
import { Icon } from '../icons/Icon.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { Bench } from './Bench.tsx';
import { type Drafts, freeSlug, importFiles, keepDrafts, loadDrafts, slugFrom, titleOf } from './draft.ts';
import { type StudioWords, useStudioWords } from './words.ts';
import { Refused } from './zip.ts';
import './studio.css';

/** The texts of the course's lessons, each loaded when a copy of it is wanted. */
const SOURCES = import.meta.glob<LessonFolder>('../../../generated/lesson-sources/*.json', { import: 'default' });

/** How long typing rests before a draft is kept. */
const KEEP_AFTER = 400;

/** Where lessons are written, in the browser. */
export default function Studio() {
  const words = useStudioWords();
  const shape = useShape();
  const language = useLanguage();
  const { home } = useMessages();
  const [drafts, setDrafts] = useState<Drafts | undefined>();
  const [open, setOpen] = useState<string | undefined>();
  useEffect(() => {
    loadDrafts()
      .then(setDrafts)
      .catch(() => setDrafts({}));
  }, []);
  useKeeping(drafts, words);
  if (words === undefined || drafts === undefined) return <div className="ws" />;
  const folder = open === undefined ? undefined : drafts[open];
  const add = (made: LessonFolder) => {
    const slug = freeSlug(made.slug, [...Object.keys(drafts), ...catalogue().map((entry) => entry.slug)]);
    setDrafts({ ...drafts, [slug]: { ...made, slug } });
    setOpen(slug);
  };
  const remove = (slug: string) => {
    if (!confirm(words.removeSure(slug))) return;
    setDrafts(Object.fromEntries(Object.entries(drafts).filter(([name]) => name !== slug)));
  };
  const crumb = (
    <>
      <span className="vr" />
      <nav className="crumb" aria-label={home.lessons}>
        <a href="#/" className="crumb-course">
          {home.lessons}
        </a>
        <Icon name="right" size={12} />
        <b>{folder === undefined ? words.title : `${words.title}: ${folder.slug}`}</b>
      </nav>
    </>
  );
  if (shape === 'phone')
    return (
      <Frame crumb={crumb}>
        <h1>{words.title}</h1>
        <p>{words.phone}</p>
        <a className="btn" href="#/">
          {home.lessons}
        </a>
      </Frame>
    );
  if (folder !== undefined)
    return (
      <Bench
        key={folder.slug}
        crumb={crumb}
        words={words}
        folder={folder}
        onChange={(texts) => setDrafts((before) => ({ ...before, [folder.slug]: { slug: folder.slug, texts } }))}
        onClose={() => setOpen(undefined)}
      />
    );
  return (
    <Frame crumb={crumb}>
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <Beginnings words={words} add={add} />
      <h2>{words.yours}</h2>
      {Object.keys(drafts).length === 0 ? <p className="muted">{words.none}</p> : null}
      <ul className="studio-drafts">
        {Object.entries(drafts).map(([slug, draft]) => (
          <li key={slug}>
            <button type="button" className="studio-draft" onClick={() => setOpen(slug)}>
              <b>{titleOf(draft, language)}</b>
              <span className="m">{slug}</span>
            </button>
            <button
              type="button"
              className="icon-btn"
              aria-label={`${words.remove} ${slug}`}
              title={words.remove}
              onClick={() => remove(slug)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function Frame({ crumb, children }: { readonly crumb: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="home">
      <TopBar>{crumb}</TopBar>
      <main className="home-scroll scroll">
        <div className="studio-start">{children}</div>
      </main>
    </div>
  );
}

/** The ways to begin: from nothing, from a lesson of the course, from files. */
function Beginnings({ words, add }: { readonly words: StudioWords; readonly add: (folder: LessonFolder) => void }) {
  const language = useLanguage();
  const [name, setName] = useState('my-lesson');
  const zip = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const read = (files: readonly File[]) => {
    importFiles(files)
      .then(add)
      .catch((error: unknown) =>
        notify(words.notImported(error instanceof Refused ? words[error.why] : String(error)), { tone: 'bad' }),
      );
  };
  const copy = (slug: string) => {
    const load = Object.entries(SOURCES).find(([path]) => path.endsWith(`/${slug}.json`))?.[1];
    load?.()
      .then((source) => add({ ...source, slug: `${slug}-copy` }))
      .catch(() => {});
  };
  return (
    <div className="studio-begin">
      <form
        className="studio-way"
        onSubmit={(event) => {
          event.preventDefault();
          add({ slug: slugFrom(name), texts: starterLesson(catalogue().length + 1) });
        }}
      >
        <h2>{words.newLesson}</h2>
        <label>
          {words.newName}
          <input className="m" value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <div>
          <button type="submit" className="btn primary">
            <Icon name="plus" />
            {words.make}
          </button>
        </div>
      </form>
      <div className="studio-way">
        <h2>{words.fromCourse}</h2>
        <label>
          {words.whichLesson}
          <select value="" onChange={(event) => copy(event.target.value)}>
            <option value="" disabled>
              {words.choose}
            </option>
            {catalogue().map((entry, index) => (
              <option key={entry.slug} value={entry.slug}>
                {index + 1}. {entry.titles[language]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="studio-way">
        <h2>{words.fromFiles}</h2>
        <p>{words.fromFilesNote}</p>
        <div>
          <button type="button" className="btn" onClick={() => zip.current?.click()}>
            {words.importZip}
          </button>
          <button type="button" className="btn" onClick={() => folder.current?.click()}>
            {words.importFolder}
          </button>
        </div>
      </div>
      <input
        ref={zip}
        type="file"
        accept=".zip,application/zip"
        hidden
        aria-label={words.importZip}
        onChange={(event) => read([...(event.target.files ?? [])])}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={words.importFolder}
        onChange={(event) => read([...(event.target.files ?? [])])}
        {...{ webkitdirectory: '' }}
      />
    </div>
  );
}

/** Keeps the drafts a moment after the last change, and when the page goes away. */
function useKeeping(drafts: Drafts | undefined, words: StudioWords | undefined): void {
  const loaded = useRef<Drafts | undefined>(undefined);
  loaded.current ??= drafts;
  useEffect(() => {
    if (drafts === undefined || drafts === loaded.current) return;
    const keep = () => {
      keepDrafts(drafts)
        .then((kept) => {
          if (!kept && words !== undefined) notify(words.notKept, { tone: 'bad' });
        })
        .catch(() => {});
    };
    const timer = setTimeout(keep, KEEP_AFTER);
    addEventListener('pagehide', keep);
    return () => {
      clearTimeout(timer);
      removeEventListener('pagehide', keep);
    };
  }, [drafts, words]);
}
