import type { Context } from '../../machines/process.ts';
import { type CertificateParts, makeCertificate, NAME_TYPES, type NamePart } from '../../machines/x509/certificate.ts';
import { judgeChain } from '../../machines/x509/judge.ts';
import { writePem } from '../../machines/x509/pem.ts';
import { encodePublicKey } from '../../machines/x509/rsa.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import { type Given, OpensslError, type Subcommand } from './command.ts';
import { newKey, privatePem } from './keys.ts';
import { loadCertificate, loadKey, writeOutput } from './store.ts';
import { certificateText, EXTENSION_NAMES, extensionsText, hexOf, nameText, timeText, upperColons } from './text.ts';

const DAY = 86_400_000;

async function digest(algorithm: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>));
}

/** `/CN=my-nginx/O=my-nginx`. @throws OpensslError */
function parseSubject(text: string): NamePart[] {
  if (!text.startsWith('/'))
    throw new OpensslError(
      `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'\n`,
    );
  return text
    .slice(1)
    .split(/(?<!\\)\//)
    .filter((part) => part !== '')
    .flatMap((part): NamePart[] => {
      const at = part.indexOf('=');
      if (at < 0) throw new OpensslError(`req: Missing '=' after RDN type string '${part}' in subject name string\n`);
      const type = part.slice(0, at);
      const value = part.slice(at + 1).replace(/\\(.)/g, '$1');
      if (NAME_TYPES[type] === undefined || value === '') return [];
      return [[type, value]];
    });
}

/** Asks for each part of a name, as req does without -subj on a terminal. */
function* askSubject(context: Context): Routine<NamePart[]> {
  yield* context.stderr.write(
    "You are about to be asked to enter information that will be incorporated\ninto your certificate request.\nWhat you are about to enter is what is called a Distinguished Name or a DN.\nThere are quite a few fields but you can leave some blank\nFor some fields there will be a default value,\nIf you enter '.', the field will be left blank.\n-----\n",
  );
  const parts: NamePart[] = [];
  for (const [type, question, preset] of [
    ['C', 'Country Name (2 letter code) [AU]:', 'AU'],
    ['ST', 'State or Province Name (full name) [Some-State]:', 'Some-State'],
    ['L', 'Locality Name (eg, city) []:', ''],
    ['O', 'Organization Name (eg, company) [Internet Widgits Pty Ltd]:', 'Internet Widgits Pty Ltd'],
    ['OU', 'Organizational Unit Name (eg, section) []:', ''],
    ['CN', 'Common Name (e.g. server FQDN or YOUR name) []:', ''],
    ['emailAddress', 'Email Address []:', ''],
  ] as const) {
    yield* context.stderr.write(question);
    const answer = yield* context.stdin.readLine();
    if (answer === null) throw new OpensslError('');
    const value = answer === '' ? preset : answer;
    if (value !== '' && value !== '.') parts.push([type, value]);
  }
  return parts;
}

export const req: Subcommand = {
  name: 'req',
  options: [
    'x509',
    'nodes',
    'noenc',
    'new',
    'newkey=',
    'keyout=',
    'key=',
    'out=',
    'days=',
    'subj=',
    'addext=',
    'sha256',
    'sha384',
    'sha512',
    'batch',
    'config=',
    'extensions=',
    'set_serial=',
    'in=',
    'text',
    'noout',
    'subject',
    'verify',
    'quiet',
    'utf8',
    'help',
  ],
  *run(context, given) {
    if (!given.has('x509')) {
      yield* context.stderr.write(
        'req: certificate requests are not part of this simulation: add -x509 for a self-signed certificate\n',
      );
      return 1;
    }
    const { sim } = context.machine.world;
    const subject = given.value('subj');
    const days = given.value('days') ?? '30';
    const wrong = wrongDays(days);
    if (wrong !== undefined) throw new OpensslError(`req: ${wrong}\nreq: Use -help for summary.\n`);
    const wanted = /^rsa(?::(\d+))?$/.exec(given.value('newkey') ?? 'rsa:2048');
    if (wanted === null)
      throw new OpensslError(`req: ${given.value('newkey')} keys are not part of this simulation: take rsa:2048\n`);
    if (!given.has('nodes') && !given.has('noenc') && !given.has('key')) {
      yield* context.stderr.write(
        'req: encrypted keys are not part of this simulation: add -nodes, as a server that starts by itself needs it anyway\n',
      );
      return 1;
    }
    const parsed = subject === undefined || !subject.startsWith('/') ? undefined : parseSubject(subject);
    const key = given.has('key')
      ? yield* loadKey(context, given.value('key'))
      : yield* newKey(context, Number(wanted[1] ?? 2048));
    if (!given.has('key')) {
      const path = given.value('keyout') ?? 'privkey.pem';
      yield* writeOutput(context, 'req', path, privatePem(key), 0o600);
      yield* context.stderr.write('-----\n');
    }
    const name = parsed ?? (subject === undefined ? yield* askSubject(context) : parseSubject(subject));
    if (name.length === 0) throw new OpensslError('req: No subject name: give -subj /CN=name\n');
    const random = sim.random.stream(`serial/${context.machine.id}/${context.pid}/${sim.now()}`);
    const now = Math.floor(sim.calendar() / 1000) * 1000;
    const alternatives = given.values.get('addext') ?? [];
    const der = yield* outside(() =>
      makeCertificate({
        key,
        subject: name,
        serial: BigInt(`0x${random.text(1, '1234567')}${random.text(39, '0123456789abcdef')}`),
        notBefore: now,
        notAfter: now + Number(days) * DAY,
        alternatives: alternatives.flatMap((each) =>
          each.startsWith('subjectAltName') ? each.replace(/^subjectAltName *= */, '').split(/ *, */) : [],
        ),
        digest,
      }),
    );
    yield* writeOutput(context, 'req', given.value('out'), writePem('CERTIFICATE', der));
    return 0;
  },
};

/** What OpenSSL's option parser has against a number of days (opt_next, type 'p'), or undefined. */
function wrongDays(days: string): string | undefined {
  if (!/^[+-]?\d+$/.test(days)) return `Can't parse "${days}" as a number`;
  const count = Number(days);
  if (Math.abs(count) >= 2 ** 31) return `Value "${days}" outside integer range`;
  return count > 0 ? undefined : `Non-positive number "${days}" for option -days`;
}

export const x509: Subcommand = {
  name: 'x509',
  options: [
    'in=',
    'out=',
    'noout',
    'text',
    'subject',
    'issuer',
    'dates',
    'startdate',
    'enddate',
    'serial',
    'fingerprint',
    'sha1',
    'sha256',
    'ext=',
    'modulus',
    'pubkey',
    'checkend=',
    'checkhost=',
    'hash',
    'nameopt=',
    'inform=',
    'outform=',
    'help',
  ],
  *run(context, given) {
    const certificate = yield* loadCertificate(context, given.value('in'));
    let status = 0;
    for (const name of given.values.keys()) {
      const shown = yield* show(context, certificate, name, given);
      if (shown !== undefined) status = shown;
    }
    if (!given.has('noout') && status === 0)
      yield* writeOutput(context, 'x509', given.value('out'), writePem('CERTIFICATE', certificate.der));
    return status;
  },
};

/** What one option of x509 prints; an exit status where it decides. */
function* show(
  context: Context,
  certificate: CertificateParts,
  name: string,
  given: Given,
): Routine<number | undefined> {
  const out = (text: string) => context.stdout.write(`${text}\n`);
  const { publicKey: key } = certificate;
  switch (name) {
    case 'text':
      yield* context.stdout.write(certificateText(certificate));
      break;
    case 'subject':
      yield* out(`subject=${nameText(certificate.subject, given.value('nameopt'))}`);
      break;
    case 'issuer':
      yield* out(`issuer=${nameText(certificate.issuer, given.value('nameopt'))}`);
      break;
    case 'dates':
      yield* out(`notBefore=${timeText(certificate.notBefore)}\nnotAfter=${timeText(certificate.notAfter)}`);
      break;
    case 'startdate':
      yield* out(`notBefore=${timeText(certificate.notBefore)}`);
      break;
    case 'enddate':
      yield* out(`notAfter=${timeText(certificate.notAfter)}`);
      break;
    case 'serial':
      yield* out(`serial=${hexOf(certificate.serial).toUpperCase()}`);
      break;
    case 'fingerprint': {
      const sha256 = given.has('sha256');
      const bytes = yield* outside(() => digest(sha256 ? 'SHA-256' : 'SHA-1', certificate.der));
      yield* out(`${sha256 ? 'sha256' : 'SHA1'} Fingerprint=${upperColons(bytes)}`);
      break;
    }
    case 'modulus':
      yield* out(`Modulus=${key === undefined ? 'No modulus for this public key type' : hexOf(key.n).toUpperCase()}`);
      break;
    case 'pubkey':
      if (key !== undefined) yield* context.stdout.write(writePem('PUBLIC KEY', encodePublicKey(key)));
      break;
    case 'ext': {
      const only = (given.value('ext') ?? '').split(',').map((each) => EXTENSION_NAMES[each] ?? each);
      const text = extensionsText(certificate, '', only);
      if (text === '') yield* context.stderr.write('No extensions in certificate\n');
      else yield* context.stdout.write(text);
      break;
    }
    case 'checkend': {
      const left = certificate.notAfter - context.machine.world.sim.calendar();
      const expires = left < Number(given.value('checkend')) * 1000;
      yield* out(`Certificate will ${expires ? '' : 'not '}expire`);
      return expires ? 1 : 0;
    }
    default:
  }
  return undefined;
}

export const verify: Subcommand = {
  name: 'verify',
  options: ['CAfile=', 'CApath=', 'untrusted=', 'verbose', 'help'],
  *run(context, given) {
    const file = given.value('CAfile');
    const roots = file === undefined ? [] : [yield* loadCertificate(context, file)];
    let status = 0;
    for (const path of given.operands) {
      const certificate = yield* loadCertificate(context, path);
      const problem = judgeChain([certificate], roots, context.machine.world.sim.calendar());
      if (problem === undefined) {
        yield* context.stdout.write(`${path}: OK\n`);
        continue;
      }
      status = 2;
      yield* context.stderr.write(
        `${nameText(certificate.subject)}\nerror ${problem.code} at 0 depth lookup: ${problem.words}\nerror ${path}: verification failed\n`,
      );
    }
    return status;
  },
};
