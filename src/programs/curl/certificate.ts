import type { TlsCheck, TlsClient } from '../../cluster/network/network.ts';
import { FileError } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import type { CertificateParts, NamePart } from '../../machines/x509/certificate.ts';
import { certificatesOf, commonName, fitOf, judgeChain, namesOf } from '../../machines/x509/judge.ts';

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

/** The roots of a file. A string is the reason why there are none. */
export function rootsOf(context: Context, cacert: string | undefined): readonly CertificateParts[] | string {
  if (cacert === undefined) return [];
  try {
    const found = certificatesOf(context.fs.read(context.fs.resolve(context.cwd, cacert)));
    return found.length === 0 ? `error setting certificate file: ${cacert}` : found;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `error setting certificate file: ${cacert}`;
  }
}

/**
 * Whether curl would trust this server: a chain to a root it was given, the dates, and the name. Judged by the cluster's calendar.
 */
export function judgeCertificate(
  context: Context,
  pem: string,
  host: string,
  roots: readonly CertificateParts[],
): Judgement {
  const chain = certificatesOf(pem);
  const [leaf] = chain;
  const fault = judgeChain(chain, roots, context.machine.world.sim.calendar());
  const verdict = fault === undefined ? 'ok (0)' : `${fault.words} (${fault.code})`;
  const problem: CertificateProblem | undefined =
    fault === undefined ? undefined : { code: 60, message: `SSL certificate problem: ${fault.words}`, at: 'chain' };
  if (leaf === undefined) return { ...(problem === undefined ? {} : { problem }), lines: [], verdict };
  const fit = fitOf(leaf, host);
  const lines = [
    `*  subject: ${distinguished(leaf.subject)}`,
    `*  start date: ${asn1Date(leaf.notBefore)}`,
    `*  expire date: ${asn1Date(leaf.notAfter)}`,
  ];
  const tail = [`*  issuer: ${distinguished(leaf.issuer)}`];
  if (problem !== undefined) return { problem, lines: [...lines, ...tail], verdict };
  if (fit === undefined) {
    const message =
      namesOf(leaf).length > 0
        ? `SSL: no alternative certificate subject name matches target host name '${host}'`
        : `SSL: certificate subject name '${commonName(leaf) ?? ''}' does not match target host name '${host}'`;
    return { problem: { code: 60, message, at: 'name' }, lines, verdict };
  }
  const matched =
    fit.by === 'common name'
      ? `*  common name: ${fit.name} (matched)`
      : `*  subjectAltName: host "${host}" matched cert's ${fit.by === 'address' ? 'IP address!' : `"${fit.name}"`}`;
  return { lines: [...lines, matched, ...tail], verdict };
}

/** curl's part in a handshake: what the network is told of the server's certificate, and when it says no. */
export function tlsClient(
  context: Context,
  host: string,
  options: {
    readonly insecure: boolean;
    readonly least: string | undefined;
    readonly roots: readonly CertificateParts[];
  },
): TlsClient {
  return {
    serverName: host,
    insecure: options.insecure,
    ...(options.least === undefined ? {} : { least: options.least }),
    check: (pem) => checked(context, pem, host, options.insecure ? undefined : options.roots),
  };
}

function checked(
  context: Context,
  pem: string,
  host: string,
  roots: readonly CertificateParts[] | undefined,
): TlsCheck {
  const [leaf] = certificatesOf(pem);
  const facts: Record<string, string> =
    leaf === undefined
      ? {}
      : {
          subject: distinguished(leaf.subject),
          issuer: distinguished(leaf.issuer),
          names:
            namesOf(leaf)
              .map(({ name }) => name)
              .join(', ') ||
            (commonName(leaf) ?? ''),
          from: new Date(leaf.notBefore).toISOString().slice(0, 10),
          until: new Date(leaf.notAfter).toISOString().slice(0, 10),
        };
  if (roots === undefined) return { facts };
  const fault = judgeChain(certificatesOf(pem), roots, context.machine.world.sim.calendar());
  if (fault !== undefined) return { facts, objection: OBJECTIONS[fault.code] ?? 'unknown-issuer' };
  return leaf !== undefined && fitOf(leaf, host) !== undefined ? { facts } : { facts, objection: 'other-name' };
}

const OBJECTIONS: Readonly<Record<number, TlsCheck['objection']>> = {
  9: 'not-yet-valid',
  10: 'expired',
  18: 'self-signed',
  19: 'self-signed',
};

/** `CN=my-nginx; O=my-nginx` */
function distinguished(name: readonly NamePart[]): string {
  return name.map(([type, value]) => `${type}=${value}`).join('; ');
}

/** `Nov 20 21:42:41 2026 GMT` */
function asn1Date(time: number): string {
  const [, day = '', month = '', year = '', clock = ''] = new Date(time).toUTCString().replace(',', '').split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${clock} ${year} GMT`;
}
