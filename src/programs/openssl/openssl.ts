import type { Program } from '../../machines/process.ts';
import { req, verify, x509 } from './certificates.ts';
import { sClient } from './client.ts';
import { OPENSSL_VERSION, OpensslError, parseGiven, type Subcommand } from './command.ts';
import { base64, dgst, digests } from './digest.ts';
import { genrsa, pkey, rsa } from './keys.ts';

const version: Subcommand = {
  name: 'version',
  options: ['a', 'v', 'help'],
  *run(context) {
    yield* context.stdout.write(`${OPENSSL_VERSION}\n`);
    return 0;
  },
};

const rand: Subcommand = {
  name: 'rand',
  options: ['hex', 'base64', 'out=', 'help'],
  *run(context, given) {
    const { sim } = context.machine.world;
    const count = Number(given.operands[0] ?? Number.NaN);
    if (!Number.isInteger(count) || count < 1 || count > 1_000_000)
      throw new OpensslError('rand: Extra (unknown) options: ""\nrand: Use -help for summary.\n');
    const random = sim.random.stream(`rand/${context.machine.id}/${context.pid}/${sim.now()}`);
    const bytes = Uint8Array.from({ length: count }, () => random.below(256));
    const text = given.has('base64')
      ? (btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? []).join('\n')
      : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    yield* context.stdout.write(`${text}\n`);
    return 0;
  },
};

const SUBCOMMANDS: readonly Subcommand[] = [
  base64,
  dgst,
  ...digests,
  genrsa,
  pkey,
  rand,
  req,
  rsa,
  sClient,
  verify,
  version,
  x509,
];

/** openssl 3.0: keys, certificates, and a look at a server. */
export const openssl: Program = {
  name: 'openssl',
  summary: 'cryptography toolkit',
  *run(context) {
    const [name, ...args] = context.argv.slice(1);
    if (name === undefined || name === 'help') {
      yield* context.stderr.write(
        `help:\n\nCommands of this simulation\n${SUBCOMMANDS.map((each) => each.name).join('  ')}\n\n`,
      );
      return 0;
    }
    const subcommand = SUBCOMMANDS.find((each) => each.name === name);
    if (subcommand === undefined) {
      yield* context.stderr.write(`Invalid command '${name}'; type "help" for a list.\n`);
      return 1;
    }
    try {
      const given = parseGiven(name, args, subcommand.options);
      if (given.has('help')) {
        yield* context.stderr.write(
          `Usage: ${name} [options]\n\nValid options are:\n${subcommand.options.map((each) => ` -${each.replace('=', ' val')}\n`).join('')}`,
        );
        return 0;
      }
      return yield* subcommand.run(context, given);
    } catch (error) {
      if (!(error instanceof OpensslError)) throw error;
      yield* context.stderr.write(error.text);
      return error.status;
    }
  },
};
