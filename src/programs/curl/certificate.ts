import { FileError } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import { outside, type Routine } from '../../sim/routine.ts';

/** Why curl does not trust a server: its exit status and its words. */
export interface CertificateProblem {
  readonly code: 60 | 77;
  readonly message: string;
  /** At which point of the handshake it was found: with the chain, or when the name was compared. */
  readonly at: 'file' | 'chain' | 'name';
}

/** A server's certificate as curl looks at it. */
export interface Judgement {
  readonly problem?: CertificateProblem;
  /** For -v: subject, dates, name and issuer. */
  readonly lines: readonly string[];
  /** OpenSSL's verdict on the chain, when -k made it go on: `self-signed certificate (18)`. */
  readonly verdict: string;
}

/**
 * Whether curl would trust this server: a chain to a root it was given, the dates, and the name. Real X.509, judged by the
 * cluster's calendar.
 */
export function* judgeCertificate(
  context: Context,
  pem: string,
  host: string,
  cacert: string | undefined,
): Routine<Judgement> {
  let roots = '';
  if (cacert !== undefined) {
    const failed: Judgement = {
      problem: { code: 77, message: `error setting certificate file: ${cacert}`, at: 'file' },
      lines: [],
      verdict: '',
    };
    try {
      roots = context.fs.read(context.fs.resolve(context.cwd, cacert));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return failed;
    }
    if (!/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/.test(roots)) return failed;
  }
  const now = context.machine.world.sim.calendar();
  return yield* outside(() => judge(pem, host, roots, now));
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** OpenSSL's numbers of what can be wrong with a chain. */
const VERDICTS: Readonly<Record<string, number>> = {
  ok: 0,
  'unable to get local issuer certificate': 20,
  'self-signed certificate': 18,
  'certificate signature failure': 7,
  'certificate is not yet valid': 9,
  'certificate has expired': 10,
};

async function judge(pem: string, host: string, roots: string, now: number): Promise<Judgement> {
  await import('reflect-metadata');
  const { X509Certificate } = await import('@peculiar/x509');
  const [leafPem] = pem.match(PEM) ?? [];
  const chain = (words: string): CertificateProblem => ({
    code: 60,
    message: `SSL certificate problem: ${words}`,
    at: 'chain',
  });
  if (leafPem === undefined)
    return { problem: chain('unable to get local issuer certificate'), lines: [], verdict: '' };
  const leaf = new X509Certificate(leafPem);
  const wrong = await chainFault();
  const fits = nameFits(leaf, host);
  const lines = [
    `*  subject: ${distinguished(leaf.subjectName)}`,
    `*  start date: ${asn1Date(leaf.notBefore)}`,
    `*  expire date: ${asn1Date(leaf.notAfter)}`,
  ];
  const matched = fits === undefined ? [] : [fits];
  const tail = [`*  issuer: ${distinguished(leaf.issuerName)}`];
  const verdict = `${wrong ?? 'ok'} (${VERDICTS[wrong ?? 'ok'] ?? 1})`;
  if (wrong !== undefined) return { problem: chain(wrong), lines: [...lines, ...tail], verdict };
  if (fits === undefined) {
    const common = leaf.subjectName.getField('CN')[0] ?? '';
    const message =
      alternatives(leaf).length > 0
        ? `SSL: no alternative certificate subject name matches target host name '${host}'`
        : `SSL: certificate subject name '${common}' does not match target host name '${host}'`;
    return { problem: { code: 60, message, at: 'name' }, lines, verdict };
  }
  return { lines: [...lines, ...matched, ...tail], verdict };

  async function chainFault(): Promise<string | undefined> {
    const trusted = (roots.match(PEM) ?? []).map((each) => new X509Certificate(each));
    const anchor = trusted.find((each) => each.subject === leaf.issuer);
    if (anchor === undefined)
      return leaf.subject === leaf.issuer ? 'self-signed certificate' : 'unable to get local issuer certificate';
    if (!(await leaf.verify({ publicKey: anchor.publicKey, signatureOnly: true })))
      return leaf.subject === leaf.issuer ? 'self-signed certificate' : 'certificate signature failure';
    if (now < leaf.notBefore.getTime()) return 'certificate is not yet valid';
    if (now > leaf.notAfter.getTime()) return 'certificate has expired';
    return undefined;
  }
}

interface Name {
  getField(name: string): string[];
  toJSON(): Record<string, string[]>[];
}

interface Named {
  getExtension(oid: string): unknown;
  readonly subjectName: Name;
}

/** `CN=my-nginx; O=my-nginx` */
function distinguished(name: Name): string {
  return name
    .toJSON()
    .flatMap((part) => Object.entries(part).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)))
    .join('; ');
}

/** `Nov 20 21:42:41 2026 GMT` */
function asn1Date(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
}

function alternatives(certificate: Named): string[] {
  const extension = certificate.getExtension('2.5.29.17') as {
    names?: { items?: readonly { type: string; value: string }[] };
  } | null;
  return (extension?.names?.items ?? []).map((each) => each.value);
}

/**
 * RFC 6125 as curl does it: alternative names when there are any, else the common name; a leading wildcard label. The line that -v
 * prints of it; undefined when nothing fits.
 */
function nameFits(certificate: Named, host: string): string | undefined {
  const names = alternatives(certificate);
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const fits = (candidate: string) => {
    const name = candidate.toLowerCase();
    if (!name.startsWith('*.')) return name === wanted;
    const rest = name.slice(1);
    return wanted.endsWith(rest) && !wanted.slice(0, -rest.length).includes('.') && wanted.length > rest.length;
  };
  if (names.length > 0) {
    const found = names.find(fits);
    return found === undefined ? undefined : `*  subjectAltName: host "${host}" matched cert's "${found}"`;
  }
  const common = certificate.subjectName.getField('CN').find(fits);
  return common === undefined ? undefined : `*  common name: ${common} (matched)`;
}
