import { isValidElement, type ReactNode, useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import type { Session } from '../app/session.ts';
import { CommandBlock } from './CommandBlock.tsx';
import { remarkDirectivesAsText, remarkRunBlocks } from './directives.ts';
import { HARMLESS } from './sanitize.ts';

const REMARK = [remarkGfm, remarkDirective, remarkDirectivesAsText, remarkRunBlocks];

/** Lesson prose: Markdown without raw HTML, whose `run` blocks can be run by a click. */
export default function Prose({ text, session }: { readonly text: string; readonly session: Session }) {
  const components = useMemo((): Components => {
    return {
      pre: ({ children }) => {
        const block = codeOf(children);
        const on = block === undefined ? null : /language-run-(\S+)/.exec(block.className);
        if (block === undefined || on === null) return <pre className="scroll">{children}</pre>;
        return <CommandBlock session={session} command={block.text} on={on[1] ?? 'laptop'} />;
      },
      a: ({ href, children }) => (
        <a className="link" href={href} target="_blank" rel="noopener noreferrer">
          {children}
        </a>
      ),
      strong: ({ children }) => <b>{children}</b>,
      table: ({ children }) => (
        <div className="scroll">
          <table>{children}</table>
        </div>
      ),
    };
  }, [session]);
  return (
    <Markdown remarkPlugins={REMARK} rehypePlugins={HARMLESS} components={components} skipHtml>
      {text}
    </Markdown>
  );
}

function codeOf(children: ReactNode): { readonly className: string; readonly text: string } | undefined {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return undefined;
  const { className, children: text } = children.props;
  return typeof text === 'string' ? { className: className ?? '', text: text.replace(/\n$/, '') } : undefined;
}
