import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import type { LessonUpdate } from '../../lessons/compile.ts';
import { type LessonContent, type Problem, sameStart } from '../../lessons/content.ts';
import { LANGUAGES, type Language } from '../../lessons/format.ts';
import type { LessonFolder } from '../../lessons/parse.ts';
import { StagePane } from '../app/cluster.tsx';
import { ErrorCard } from '../app/ErrorCard.tsx';
import { closeSession, openSession, useOpenSession } from '../app/openSession.ts';
import { type Session, STUDIO } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { TabList } from '../app/TabList.tsx';
import { TopBar } from '../app/TopBar.tsx';
import { Icon } from '../icons/Icon.tsx';
import { LessonPane } from '../lesson/LessonPane.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { TerminalPane } from '../terminal/TerminalPane.tsx';
import { TimeStrip } from '../timeline/TimeStrip.tsx';
import { compile } from './author.ts';
import { packFolder, pathsOf } from './draft.ts';
import { Panel } from './Panel.tsx';
import { PlainText } from './PlainText.tsx';
import type { StudioWords } from './words.ts';

const StudioEditor = lazy(async () => {
  const { warm } = await import('../editor/warm.ts');
  await warm();
  return import('./StudioEditor.tsx');
});

/** How long typing rests before the lesson is read again. */
const READ_AFTER = 200;

interface BenchProps {
  readonly crumb: ReactNode;
  readonly words: StudioWords;
  readonly folder: LessonFolder;
  readonly onChange: (texts: Readonly<Record<string, string>>) => void;
  readonly onClose: () => void;
}

/** One lesson being written: its files and what is said of them, and beside it the lesson itself on a cluster that runs. */
export function Bench({ crumb, words, folder, onChange, onClose }: BenchProps) {
  const language = useLanguage();
  const [path, setPath] = useState('lesson.yaml');
  const [reveal, setReveal] = useState<{ readonly path: string; readonly line: number } | undefined>();
  const update = useCompiled(folder);
  const shown = LANGUAGES.find((each) => path === `${each}.md`) ?? language;
  const preview = usePreview(update, shown);
  const text = folder.texts[path] ?? '';
  const change = (at: string, to: string) => onChange({ ...folder.texts, [at]: to });
  const goTo = ({ file, line }: Problem) => {
    const at = file.replace(`lessons/${folder.slug}/`, '');
    if (folder.texts[at] === undefined) onChange({ ...folder.texts, [at]: '' });
    setPath(at);
    setReveal({ path: at, line });
  };
  const problems = update?.problems.filter(({ file }) => file === `lessons/${folder.slug}/${path}`) ?? [];
  return (
    <div className="ws studio">
      <TopBar
        tools={
          <>
            <button type="button" className="btn small" onClick={() => download(folder)}>
              {words.exportZip}
            </button>
            <button type="button" className="btn small quiet" onClick={onClose}>
              {words.close}
            </button>
          </>
        }
      >
        {crumb}
      </TopBar>
      <main className="studio-panes">
        <section className="studio-files" aria-label={words.files}>
          <Files words={words} folder={folder} path={path} onOpen={setPath} onChange={onChange} />
          <div className="studio-text" id="studio-text" role="tabpanel" aria-label={path}>
            <ErrorCard instead={<PlainText path={path} text={text} onChange={(to) => change(path, to)} />}>
              <Suspense fallback={<PlainText path={path} text={text} onChange={(to) => change(path, to)} />}>
                <StudioEditor
                  slug={folder.slug}
                  path={path}
                  text={text}
                  problems={problems}
                  reveal={reveal}
                  onChange={change}
                />
              </Suspense>
            </ErrorCard>
          </div>
          <Panel
            words={words}
            folder={folder}
            update={update}
            session={preview.session}
            onProblem={goTo}
            onYaml={(yaml) => {
              change('lesson.yaml', yaml);
              setPath('lesson.yaml');
            }}
          />
        </section>
        <section className="studio-preview" aria-label={words.preview}>
          {preview.changed === undefined ? null : (
            <p className="studio-anew" role="status">
              <span>{words.startChanged}</span>
              <button type="button" className="btn small" onClick={preview.changed}>
                {words.beginAnew}
              </button>
            </p>
          )}
          {preview.session === undefined ? (
            <p className="studio-wait muted" role="status">
              {update === undefined ? words.reading : words.waiting}
            </p>
          ) : (
            <Preview key={preview.session.serial} session={preview.session} />
          )}
        </section>
      </main>
    </div>
  );
}

/** The lesson as a learner has it. */
function Preview({ session }: { readonly session: Session }) {
  return (
    <div className="studio-lesson">
      <div className="studio-words">
        <ErrorCard>
          <LessonPane session={session} />
        </ErrorCard>
      </div>
      <div className="studio-stage">
        <ErrorCard>
          <StagePane session={session} />
        </ErrorCard>
      </div>
      <div className="studio-time">
        <TimeStrip session={session} />
      </div>
      <div className="studio-terminal">
        <ErrorCard>
          <TerminalPane session={session} />
        </ErrorCard>
      </div>
    </div>
  );
}

/** The folder's files as tabs. */
function Files(props: {
  readonly words: StudioWords;
  readonly folder: LessonFolder;
  readonly path: string;
  readonly onOpen: (path: string) => void;
  readonly onChange: (texts: Readonly<Record<string, string>>) => void;
}) {
  const { words, folder, path, onOpen, onChange } = props;
  const remove = (gone: string) => {
    onChange(Object.fromEntries(Object.entries(folder.texts).filter(([each]) => each !== gone)));
    if (gone === path) onOpen('lesson.yaml');
  };
  const add = () => {
    const name = prompt(words.fileName, 'web.yaml');
    if (name === null) return;
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return alert(words.badName);
    const at = `files/${name}`;
    if (folder.texts[at] === undefined) onChange({ ...folder.texts, [at]: '' });
    onOpen(at);
  };
  return (
    <div className="head tabs-head">
      <TabList
        label={words.files}
        controls="studio-text"
        selected={path}
        onSelect={onOpen}
        tabs={pathsOf(folder).map((each) => ({
          id: each,
          label: each,
          mono: true,
          ...(each.startsWith('files/') ? { close: { label: words.deleteFile(each), run: () => remove(each) } } : {}),
        }))}
      />
      <button type="button" className="icon-btn" aria-label={words.addFile} title={words.addFile} onClick={add}>
        <Icon name="plus" />
      </button>
    </div>
  );
}

/** What the validator says of the folder, a moment after the last change. The latest answer that can be used stays. */
function useCompiled(folder: LessonFolder): LessonUpdate | undefined {
  const [update, setUpdate] = useState<LessonUpdate | undefined>();
  useEffect(() => {
    let gone = false;
    const timer = setTimeout(() => {
      compile(folder)
        .then((read) => {
          if (!gone) setUpdate(read);
        })
        .catch(() => {});
    }, READ_AFTER);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [folder]);
  return update;
}

/**
 * The session in which the lesson runs. A new version takes the place of the one before on the same cluster; where the lesson begins
 * in another way than the cluster did, `changed` begins anew.
 */
function usePreview(
  update: LessonUpdate | undefined,
  language: Language,
): { readonly session: Session | undefined; readonly changed: (() => void) | undefined } {
  const { trouble } = useMessages();
  const session = useOpenSession((open) => (open.session?.key === STUDIO ? open.session : undefined));
  const [began, setBegan] = useState<LessonContent | undefined>();
  const content = update?.compiled?.contents[language];
  const latest = useRef(began);
  useEffect(() => () => closeSession(), []);
  useEffect(() => {
    if (content === undefined) return;
    if (latest.current === undefined) {
      latest.current = content;
      setBegan(content);
      openSession(STUDIO, content, trouble, true, true);
    } else if (useSession.getState().content !== content) useOpenSession.getState().session?.revise(content);
  }, [content, trouble]);
  const changed = content !== undefined && began !== undefined && !sameStart(began, content);
  return {
    session,
    changed: changed
      ? () => {
          latest.current = content;
          setBegan(content);
          openSession(STUDIO, content, trouble, true, true);
        }
      : undefined,
  };
}

function download(folder: LessonFolder): void {
  const url = URL.createObjectURL(new Blob([packFolder(folder)], { type: 'application/zip' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${folder.slug}.zip`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
