import { renderToStaticMarkup } from 'react-dom/server';
import Markdown from 'react-markdown';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import { describe, expect, it } from 'vitest';
import { remarkDirectivesAsText, remarkRunBlocks } from './directives.ts';
import { InlineText, plainText } from './InlineText.tsx';
import { HARMLESS } from './sanitize.ts';

const html = (text: string) =>
  renderToStaticMarkup(
    <Markdown
      remarkPlugins={[remarkGfm, remarkDirective, remarkDirectivesAsText, remarkRunBlocks]}
      rehypePlugins={HARMLESS}
      skipHtml
    >
      {text}
    </Markdown>,
  );

describe('prose', () => {
  it('leaves colons alone', () => {
    expect(html('The image nginx:1.25 at 10:30, and a:b[c]{d}.')).toBe(
      '<p>The image nginx:1.25 at 10:30, and a:b[c]{d}.</p>',
    );
    expect(html('::nothing[known]{#here}')).toBe('<p>::nothing[known]{#here}</p>');
  });

  it('marks commands with their machine', () => {
    expect(html('```run\nls\n```')).toContain('<code class="language-run-laptop">ls\n</code>');
    expect(html('```run node\nls\n```')).toContain('<code class="language-run-node">ls\n</code>');
    expect(html('```yaml\na: 1\n```')).toContain('language-yaml');
  });

  it('lets nothing through that could do harm', () => {
    const bad = html(
      '<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>alert(1)</script> ![far](https://example.com/x.png)',
    );
    expect(bad).not.toMatch(/<img|<link|<script|javascript:|onerror=/);
  });
});

describe('a line of lesson text', () => {
  it('knows code and strong words', () => {
    expect(renderToStaticMarkup(<InlineText text="A `Service` is **one** address" />)).toBe(
      'A <code>Service</code> is <b>one</b> address',
    );
    expect(plainText('A `Service` is **one** address')).toBe('A Service is one address');
  });
});
