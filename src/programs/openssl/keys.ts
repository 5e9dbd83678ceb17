import type { Context } from '../../machines/process.ts';
import { writePem } from '../../machines/x509/pem.ts';
import {
  encodePrivateKey,
  encodePublicKey,
  encodeRsaPrivateKey,
  generateRsa,
  keyIsConsistent,
  type RsaKey,
} from '../../machines/x509/rsa.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { type Given, OpensslError, type Subcommand } from './command.ts';
import { loadKey, writeOutput } from './store.ts';
import { colons, hexOf } from './text.ts';

/** Keys by what they were drawn from: the same run of the same seed needs them again and again. */
const MADE = new Map<string, RsaKey>();

/** Makes a key; `shown`: with the dots and plusses by which OpenSSL tells that it is at work. */
export function* newKey(context: Context, bits: number, shown = true): Routine<RsaKey> {
  const { sim } = context.machine.world;
  const random = sim.random.stream(`openssl/${context.machine.id}/${context.pid}/${sim.now()}`);
  const draw = (digits: number) => random.text(digits, '0123456789abcdef');
  const seed = `${bits}/${draw(64)}`;
  let key = MADE.get(seed);
  if (key === undefined) {
    const own = sim.random.stream(`rsa/${seed}`);
    key = generateRsa(bits, (digits) => own.text(digits, '0123456789abcdef'));
    if (MADE.size > 200) MADE.clear();
    MADE.set(seed, key);
  }
  for (let prime = 0; prime < 2; prime++) {
    const row = '+'.repeat(65);
    const dots = (most: number) => random.text(1 + random.below(most), '....+');
    const text = `${dots(60)}${row}*${dots(40)}${row}*${dots(900)}${row}\n`;
    if (shown) yield* context.stderr.write(text);
    yield* sleep(40 + random.below(120));
  }
  return key;
}

export const genrsa: Subcommand = {
  name: 'genrsa',
  options: ['out=', 'traditional', 'help', 'verbose', 'quiet', '3', 'f4', 'F4'],
  *run(context, given) {
    const bits = Number(given.operands[0] ?? 2048);
    if (!Number.isInteger(bits) || bits < 512)
      throw new OpensslError(
        Number.isInteger(bits)
          ? `genrsa: Error setting RSA length\n`
          : `genrsa: Can't parse "${given.operands[0]}" as a number\ngenrsa: Use -help for summary.\n`,
      );
    const key = yield* newKey(context, bits, given.has('verbose'));
    yield* writeOutput(context, 'genrsa', given.value('out'), privatePem(key, given.has('traditional')), 0o600);
    return 0;
  },
};

export function privatePem(key: RsaKey, traditional = false): string {
  return traditional
    ? writePem('RSA PRIVATE KEY', encodeRsaPrivateKey(key))
    : writePem('PRIVATE KEY', encodePrivateKey(key));
}

function describe(key: RsaKey): string {
  const line = (name: string, value: bigint) => `${name}:\n${colons(value, '    ')}\n`;
  const { n, e, d, p, q } = key;
  return `Private-Key: (${n.toString(2).length} bit, 2 primes)\n${line('modulus', n)}publicExponent: ${e} (0x${e.toString(16)})\n${line('privateExponent', d)}${line('prime1', p)}${line('prime2', q)}`;
}

function reading(name: 'rsa' | 'pkey'): Subcommand {
  return {
    name,
    options: [
      'in=',
      'out=',
      'noout',
      'check',
      'text',
      'modulus',
      'pubout',
      'inform=',
      'outform=',
      'traditional',
      'help',
    ],
    *run(context: Context, given: Given) {
      const key = yield* loadKey(context, given.value('in'));
      if (given.has('text')) yield* context.stdout.write(describe(key));
      if (given.has('modulus')) yield* context.stdout.write(`Modulus=${hexOf(key.n).toUpperCase()}\n`);
      if (given.has('check')) {
        const fine = keyIsConsistent(key);
        if (name === 'rsa') yield* context.stdout.write(fine ? 'RSA key ok\n' : 'RSA key not ok\n');
        else yield* context.stdout.write(fine ? 'Key is valid\n' : 'Key is invalid\n');
        if (!fine) return 1;
      }
      if (given.has('noout')) return 0;
      if (name === 'rsa') yield* context.stderr.write('writing RSA key\n');
      const text = given.has('pubout')
        ? writePem('PUBLIC KEY', encodePublicKey(key))
        : privatePem(key, given.has('traditional'));
      yield* writeOutput(context, name, given.value('out'), text, given.has('pubout') ? undefined : 0o600);
      return 0;
    },
  };
}

export const rsa = reading('rsa');
export const pkey = reading('pkey');
