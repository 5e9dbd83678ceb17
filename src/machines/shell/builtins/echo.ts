import { unescapeText } from '../escapes.ts';
import type { Builtin } from './builtin.ts';

/** What echo prints for its arguments: -n without a newline, -e with escapes, -E without. */
export function echoed(words: readonly string[]): string {
  const args = [...words];
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(args[0] ?? '')) {
    const flags = args.shift() ?? '';
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
    if (flags.includes('E')) escapes = false;
  }
  const text = args.join(' ');
  const { text: shown, stop } = escapes ? unescapeText(text) : { text, stop: false };
  return stop ? shown : `${shown}${newline ? '\n' : ''}`;
}

/** echo */
export const echo: Builtin = function* (_shell, argv, streams) {
  yield* streams.stdout.write(echoed(argv.slice(1)));
  return 0;
};
