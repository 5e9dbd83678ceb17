import type { Context } from '../../machines/process.ts';
import { textInput } from '../../machines/streams.ts';
import { encodeBytes } from '../../machines/text.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import type { Given, Subcommand } from './command.ts';
import { readInput } from './store.ts';
import { hexOf } from './text.ts';

const NAMES = {
  sha1: ['SHA-1', 'SHA1'],
  sha256: ['SHA-256', 'SHA2-256'],
  sha384: ['SHA-384', 'SHA2-384'],
  sha512: ['SHA-512', 'SHA2-512'],
} as const;

type Algorithm = keyof typeof NAMES;

const ALGORITHMS = Object.keys(NAMES) as Algorithm[];

function* digest(context: Context, given: Given, algorithm: Algorithm): Routine<number> {
  const [webCrypto, shown] = NAMES[algorithm];
  const files = given.operands.length === 0 ? [undefined] : given.operands;
  for (const file of files) {
    const bytes = Uint8Array.from(encodeBytes(yield* readInput(context, file, 'file')));
    const made = new Uint8Array(yield* outside(() => crypto.subtle.digest(webCrypto, bytes)));
    const hex = hexOf(made);
    yield* context.stdout.write(
      given.has('r') ? `${hex} *${file ?? 'stdin'}\n` : `${shown}(${file ?? 'stdin'})= ${hex}\n`,
    );
  }
  return 0;
}

export const dgst: Subcommand = {
  name: 'dgst',
  options: [...ALGORITHMS, 'r', 'hex', 'help'],
  run: (context, given) => digest(context, given, ALGORITHMS.find((each) => given.has(each)) ?? 'sha256'),
};

export const digests: readonly Subcommand[] = ALGORITHMS.map((name) => ({
  name,
  options: ['r', 'hex', 'help'],
  run: (context: Context, given: Given) => digest(context, given, name),
}));

export const base64: Subcommand = {
  name: 'base64',
  options: ['d', 'e', 'A', 'a', 'in=', 'out=', 'help'],
  *run(context, given) {
    const text = yield* readInput(context, given.value('in'), 'file');
    const argv = given.has('d') ? ['base64', '-d'] : ['base64', '-w', given.has('A') ? '0' : '64'];
    const file = given.value('in');
    return yield* context.run(file === undefined ? argv : [...argv, file], { stdin: textInput(text) });
  },
};
