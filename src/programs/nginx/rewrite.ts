import type { Directive } from './directive.ts';
import { expression } from './site.ts';
import { type Exchange, fill, variable } from './variables.ts';

/** What the rewrite phase of a block comes to. */
export type Rewritten =
  | { readonly kind: 'on' }
  /** The address has changed and the search for a location begins anew. */
  | { readonly kind: 'last' }
  | { readonly kind: 'return'; readonly status: number; readonly text?: string };

/** Runs `return`, `rewrite`, `set`, `if` and `break` of one block, in order; changes the address that is asked for. */
export function rewritten(block: readonly Directive[], exchange: Exchange): Rewritten {
  for (const { name, args, block: inner } of block) {
    switch (name) {
      case 'return':
        return returned(args);
      case 'set':
        exchange.set.set((args[0] ?? '').replace(/^\$/, ''), fill(args[1] ?? '', exchange));
        break;
      case 'break':
        return { kind: 'on' };
      case 'if': {
        if (!holds(args, exchange)) break;
        const result = rewritten(inner ?? [], exchange);
        if (result.kind !== 'on') return result;
        break;
      }
      case 'rewrite': {
        const result = rewrite(args, exchange);
        if (result !== undefined) return result;
        break;
      }
    }
  }
  return { kind: 'on' };
}

function returned(args: readonly string[]): Rewritten {
  const [first = '', text] = args;
  if (!/^\d+$/.test(first)) return { kind: 'return', status: 302, text: first };
  return { kind: 'return', status: Number(first), ...(text === undefined ? {} : { text }) };
}

function rewrite(args: readonly string[], exchange: Exchange): Rewritten | undefined {
  const [pattern = '', replacement = '', mode] = args;
  const match = expression(pattern).exec(exchange.uri);
  if (match === null) return undefined;
  for (const [index, group] of match.entries()) exchange.set.set(String(index), group ?? '');
  const target = fill(replacement, exchange);
  if (/^(https?:|\$scheme)/.test(replacement) || mode === 'redirect' || mode === 'permanent')
    return { kind: 'return', status: mode === 'permanent' ? 301 : 302, text: target };
  const [path = '', query] = target.split('?');
  exchange.uri = path;
  if (query !== undefined) exchange.args = query;
  if (mode === 'last') return { kind: 'last' };
  return mode === 'break' ? { kind: 'on' } : undefined;
}

/** The condition of an `if`: a variable, or a comparison. */
function holds(args: readonly string[], exchange: Exchange): boolean {
  const words = args.map((each) => each);
  words[0] = (words[0] ?? '').replace(/^\(/, '');
  words[words.length - 1] = (words.at(-1) ?? '').replace(/\)$/, '');
  const [left = '', operator, right = ''] = words.filter((each) => each !== '');
  if (left === '-f' || left === '!-f') {
    const found = exchange.site.read(fill(operator ?? '', exchange)) !== undefined;
    return found === (left === '-f');
  }
  if (left === '-d' || left === '!-d') {
    const found = exchange.site.isDirectory(fill(operator ?? '', exchange));
    return found === (left === '-d');
  }
  const value = variable(exchange, left.replace(/^\$/, '')) ?? '';
  switch (operator) {
    case undefined:
      return value !== '' && value !== '0';
    case '=':
      return value === fill(right, exchange);
    case '!=':
      return value !== fill(right, exchange);
    case '~':
      return expression(right).test(value);
    case '~*':
      return expression(right, 'i').test(value);
    case '!~':
      return !expression(right).test(value);
    case '!~*':
      return !expression(right, 'i').test(value);
    default:
      return false;
  }
}
