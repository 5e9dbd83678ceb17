/** As much of a Markdown tree's node as is needed here. */
interface MarkdownNode {
  type: string;
  value?: string;
  name?: string;
  lang?: string | null;
  meta?: string | null;
  children?: MarkdownNode[];
  position?: { readonly start: { readonly offset?: number }; readonly end: { readonly offset?: number } };
}

/**
 * A lesson's directives are taken out before its prose is rendered, so what is left with a colon is text: `nginx:1.25`, `10:30`.
 * Gives each back as it was written.
 */
export function remarkDirectivesAsText() {
  return (tree: MarkdownNode, file: { readonly value: unknown }): void => {
    const source = String(file.value);
    replace(tree, (node) => {
      if (!/^(text|leaf|container)Directive$/.test(node.type)) return node;
      const from = node.position?.start.offset;
      const to = node.position?.end.offset;
      const value = from === undefined || to === undefined ? `:${node.name ?? ''}` : source.slice(from, to);
      const text: MarkdownNode = { type: 'text', value };
      return node.type === 'textDirective' ? text : { type: 'paragraph', children: [text] };
    });
  };
}

/**
 * Marks the fenced blocks that run: the language `run` with a machine after it becomes the class `language-run-MACHINE`, which
 * survives sanitizing.
 */
export function remarkRunBlocks() {
  return (tree: MarkdownNode): void => {
    replace(tree, (node) => {
      if (node.type !== 'code' || node.lang !== 'run') return node;
      return { ...node, lang: `run-${node.meta?.trim().split(/\s+/)[0] || 'laptop'}` };
    });
  };
}

function replace(parent: MarkdownNode, change: (node: MarkdownNode) => MarkdownNode): void {
  parent.children = parent.children?.map((child) => {
    const changed = change(child);
    if (changed === child) replace(child, change);
    return changed;
  });
}
