import type { CompoundList, Redirection, Statement } from 'unbash';
import type { ShellFunction } from './state.ts';

type Node = Statement['command'];

/** A function as `type` and `declare -f` print it: bash's own layout, whatever was typed. */
export function functionText(name: string, { body, source }: ShellFunction): string {
  const words = (from: number, to: number) => source.slice(from, to);
  const pad = (depth: number) => ' '.repeat(depth * 4);

  /** The statements of a list, one a line, each ended but the last. */
  function list(commands: readonly Statement[], depth: number): string {
    let text = '';
    let joined = false;
    for (const [index, statement] of commands.entries()) {
      const last = index === commands.length - 1;
      text += `${joined ? ' ' : pad(depth)}${node(statement.command, depth)}`;
      joined = statement.background === true;
      text += joined ? ' &' : last ? '' : ';';
      if (!joined && !last) text += '\n';
    }
    return text;
  }

  const block = (of: CompoundList, depth: number) => list(of.commands, depth + 1);
  /** On one line: a condition, a subshell. */
  const inline = (of: CompoundList, depth: number) => list(of.commands, depth).trimStart();

  function redirect(each: Redirection): string {
    if (each.type === 'HereDoc')
      return `${each.operator}${words(each.delimiter?.pos ?? 0, each.delimiter?.end ?? 0)}\n${each.body.text}${each.delimiter?.value ?? ''}\n`;
    const number = each.descriptor?.type === 'FileDescriptor' ? String(each.descriptor.value) : '';
    const target = each.target === undefined ? '' : words(each.target.pos, each.target.end);
    if (each.type === 'HereString') return `${number}<<< ${target}`;
    if (each.operator === '>&' || each.operator === '<&')
      return `${number === '' ? (each.operator === '>&' ? '1' : '0') : number}${each.operator}${target}`;
    return `${number}${each.operator} ${target}`;
  }

  const redirects = (all: readonly Redirection[]) => all.map((each) => ` ${redirect(each)}`).join('');

  function node(of: Node, depth: number): string {
    switch (of.type) {
      case 'Command': {
        const parts = [...of.prefix, ...(of.name === undefined ? [] : [of.name]), ...of.suffix];
        return parts
          .map((part) =>
            part.type === 'Word' || part.type === 'Assignment' ? words(part.pos, part.end) : redirect(part),
          )
          .join(' ');
      }
      case 'Pipeline': {
        const before = of.prefixes.map((each) => (each.type === 'Time' ? 'time ' : '! ')).join('');
        return before + of.commands.map((each) => node(each, depth)).join(' | ');
      }
      case 'AndOr':
        return of.commands
          .map((each, index) => (index === 0 ? '' : ` ${of.operators[index - 1]} `) + node(each, depth))
          .join('');
      case 'Redirected':
        return node(of.command, depth) + redirects(of.redirects);
      case 'BraceGroup':
        return `{ \n${block(of.body, depth)}\n${pad(depth)}}`;
      case 'Subshell':
        return `( ${inline(of.body, depth)} )`;
      case 'If': {
        let text = `if ${inline(of.clause, depth)}; then\n${block(of.then, depth)};\n${pad(depth)}`;
        let nested = depth;
        for (const elif of of.elif) {
          text += `else\n${pad(nested + 1)}if ${inline(elif.clause, nested + 1)}; then\n${block(elif.then, nested + 1)};\n${pad(nested + 1)}`;
          nested++;
        }
        if (of.else !== undefined) text += `else\n${block(of.else, nested)};\n${pad(nested)}`;
        for (; nested > depth; nested--) text += `fi;\n${pad(nested - 1)}`;
        return `${text}fi`;
      }
      case 'For':
      case 'Select': {
        const among =
          of.wordlist === undefined
            ? ' in "$@"'
            : ` in ${of.wordlist.map((word) => words(word.pos, word.end)).join(' ')}`;
        return `${of.type === 'For' ? 'for' : 'select'} ${of.name.value}${among};\n${pad(depth)}do\n${block(of.body, depth)};\n${pad(depth)}done`;
      }
      case 'While':
        return `${of.kind} ${inline(of.clause, depth)}; do\n${block(of.body, depth)};\n${pad(depth)}done`;
      case 'Case': {
        const items = of.items.map(
          (item) =>
            `${pad(depth + 1)}${item.pattern.map((word) => words(word.pos, word.end)).join(' | ')})\n${list(item.body.commands, depth + 2)}\n${pad(depth + 1)}${item.terminator ?? ';;'}\n`,
        );
        return `case ${words(of.word.pos, of.word.end)} in \n${items.join('')}${pad(depth)}esac`;
      }
      case 'Function':
        return `function ${of.name.value} () \n${pad(depth)}${node(of.body as Node, depth)}`;
      default:
        return words(of.pos, of.end);
    }
  }
  return `${name} () \n${body.type === 'CompoundList' ? `{ \n${block(body, 0)}\n}` : node(body, 0)}\n`;
}
