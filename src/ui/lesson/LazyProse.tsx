import { lazy, Suspense } from 'react';
import type { Session } from '../app/session.ts';
import { terminalFirst } from '../terminal/first.ts';
import { InlineText } from './InlineText.tsx';

const Prose = lazy(() => terminalFirst().then(() => import('./Prose.tsx')));

/** Lesson prose. Until the Markdown renderer has arrived its paragraphs stand as text, at the same place and of the same size. */
export function LazyProse({ text, session }: { readonly text: string; readonly session: Session }) {
  return (
    <Suspense fallback={<Plain text={text} />}>
      <Prose text={text} session={session} />
    </Suspense>
  );
}

function Plain({ text }: { readonly text: string }) {
  return text.split(/\n{2,}/).map((paragraph) =>
    paragraph.startsWith('```') ? (
      <div key={paragraph} className="cmd">
        <code>{paragraph.replace(/^```.*\n|\n```$/g, '')}</code>
      </div>
    ) : (
      <p key={paragraph}>
        <InlineText text={paragraph.replace(/\n/g, ' ')} />
      </p>
    ),
  );
}
