import { useEffect, useState } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import { dropDraft } from '../app/drafts.ts';
import { forgetSession, keepSession, keptSession } from '../app/keep.ts';
import { go, SHARED, sharedAddress } from '../app/routes.ts';
import { TopBar } from '../app/TopBar.tsx';
import { Icon } from '../icons/Icon.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { type Shared as Content, decodeShared, ShareError, type ShareProblem } from './link.ts';
import '../home/home.css';
import './share.css';

type Looked = { readonly content: Content } | { readonly problem: ShareProblem | 'unknown-lesson' };

/** What somebody's link holds, and whether to open it. Nothing of the visitor's own work is touched either way. */
export default function Shared({ packed }: { readonly packed: string }) {
  const { share } = useMessages();
  const looked = useLooked(packed);
  return (
    <div className="home">
      <TopBar />
      <main className="home-scroll scroll">
        <div className="shared-card">
          {looked === undefined ? (
            <p role="status">{share.reading}</p>
          ) : 'problem' in looked ? (
            <>
              <Icon name="warn" size={20} />
              <h1>{share.cannot}</h1>
              <p>{share.problems[looked.problem]}</p>
              <a className="btn primary" href="#/">
                {share.leave}
              </a>
            </>
          ) : (
            <Offer content={looked.content} />
          )}
        </div>
      </main>
    </div>
  );
}

function Offer({ content }: { readonly content: Content }) {
  const { share, app } = useMessages();
  const language = useLanguage();
  const [earlier, setEarlier] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    keptSession(SHARED)
      .then((kept) => setEarlier(kept !== undefined))
      .catch(() => {});
  }, []);
  const lessons = catalogue();
  const entry = lessons.find(({ slug }) => slug === content.lesson);
  const open = async () => {
    dropDraft(SHARED);
    await forgetSession(SHARED);
    const kept = await keepSession(SHARED, {
      saved: content.saved,
      files: [],
      scrollback: [],
      ...(content.viewed === undefined ? {} : { viewed: content.viewed }),
    });
    if (kept) go(sharedAddress(content.lesson));
    else setFailed(true);
  };
  return (
    <>
      <p className="eyebrow">{share.eyebrow}</p>
      <h1>{entry === undefined ? app.playTitle : entry.titles[language]}</h1>
      <ul className="shared-holds">
        {content.objects.map(([kind, count]) => (
          <li key={kind}>
            <b className="tn">{count}</b> {kind}
          </li>
        ))}
        {content.objects.length === 0 ? <li>{share.empty}</li> : null}
      </ul>
      {content.files.length === 0 ? null : (
        <p>
          {share.files}{' '}
          {content.files.map((name) => (
            <code key={name}>{name}</code>
          ))}
        </p>
      )}
      <p className="muted">{share.safe}</p>
      {earlier ? <p className="note">{share.replaces}</p> : null}
      {failed ? <p role="alert">{share.noRoom}</p> : null}
      <div className="shared-acts">
        <button type="button" className="btn primary large" onClick={() => void open().catch(() => setFailed(true))}>
          {share.open}
        </button>
        <a className="btn large" href="#/">
          {share.leave}
        </a>
      </div>
    </>
  );
}

function useLooked(packed: string): Looked | undefined {
  const [looked, setLooked] = useState<Looked | undefined>();
  useEffect(() => {
    let gone = false;
    setLooked(undefined);
    decodeShared(packed)
      .then((content): Looked => {
        const known = content.lesson === undefined || catalogue().some(({ slug }) => slug === content.lesson);
        return known ? { content } : { problem: 'unknown-lesson' };
      })
      .catch((error: unknown): Looked => ({ problem: error instanceof ShareError ? error.problem : 'damaged' }))
      .then((now) => {
        if (!gone) setLooked(now);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [packed]);
  return looked;
}
