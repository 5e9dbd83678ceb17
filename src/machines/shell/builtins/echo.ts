import { unescapeText } from '../escapes.ts';
import type { Builtin } from './builtin.ts';

/** echo */
export const echo: Builtin = function* (_shell, argv, streams) {
  const args = argv.slice(1);
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
  yield* streams.stdout.write(stop ? shown : `${shown}${newline ? '\n' : ''}`);
  return 0;
};
