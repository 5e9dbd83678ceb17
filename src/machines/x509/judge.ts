import { sha256Bytes } from '../../cluster/network/sha256.ts';
import { alternativesOf, type CertificateParts, readCertificate } from './certificate.ts';
import { DerError, fromBytes, readTlv, toBytes } from './der.ts';
import { readPem } from './pem.ts';
import { power } from './rsa.ts';

/** What is wrong with a chain: OpenSSL's number and words, and at which certificate, from 0. */
export interface ChainFault {
  readonly code: number;
  readonly words: string;
  readonly depth: number;
}

/** How many certificates a chain may have. */
const DEPTH = 20;

/** Certificates by their PEM: the same few are looked at for every request. */
const READ = new Map<string, readonly CertificateParts[]>();

/** All certificates of a PEM text; what cannot be read is left out. */
export function certificatesOf(pem: string): readonly CertificateParts[] {
  const known = READ.get(pem);
  if (known !== undefined) return known;
  const found: CertificateParts[] = [];
  for (const [text] of pem.matchAll(
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END [A-Z0-9 ]+-----/g,
  )) {
    const block = readPem(text, ['CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CERTIFICATE']);
    if (typeof block === 'string') continue;
    try {
      found.push(readCertificate(block.bytes));
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
  }
  if (READ.size > 100) READ.clear();
  READ.set(pem, found);
  return found;
}

/**
 * Whether a chain leads from its first certificate to one of the roots, as OpenSSL 3.0 judges it. `now` is calendar milliseconds.
 * A root's own signature is not looked at.
 */
export function judgeChain(
  chain: readonly CertificateParts[],
  roots: readonly CertificateParts[],
  now: number,
): ChainFault | undefined {
  const path: CertificateParts[] = [];
  let current = chain[0];
  if (current === undefined) return { code: 20, words: 'unable to get local issuer certificate', depth: 0 };
  for (;;) {
    path.push(current);
    const depth = path.length - 1;
    if (roots.some((root) => sameBytes(root.der, current?.der))) break;
    const issuer = roots.find((root) => issued(root, current)) ?? chain.slice(1).find((each) => issued(each, current));
    const self = nameKey(current.subject) === nameKey(current.issuer);
    if (self && depth === 0) return { code: 18, words: 'self-signed certificate', depth };
    if (self) return { code: 19, words: 'self-signed certificate in certificate chain', depth };
    if (issuer === undefined || path.length > DEPTH)
      return { code: 20, words: 'unable to get local issuer certificate', depth };
    if (!signedBy(current, issuer)) return { code: 7, words: 'certificate signature failure', depth };
    current = issuer;
  }
  for (const [depth, each] of [...path.entries()].reverse()) {
    if (now < each.notBefore) return { code: 9, words: 'certificate is not yet valid', depth };
    if (now > each.notAfter) return { code: 10, words: 'certificate has expired', depth };
  }
  return undefined;
}

function issued(issuer: CertificateParts, certificate: CertificateParts | undefined): boolean {
  return certificate !== undefined && nameKey(issuer.subject) === nameKey(certificate.issuer);
}

function nameKey(name: CertificateParts['subject']): string {
  return JSON.stringify(name);
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Whether the issuer's key made the signature (RSASSA-PKCS1-v1_5). */
export function signedBy(certificate: CertificateParts, issuer: CertificateParts): boolean {
  const key = issuer.publicKey;
  if (key === undefined) return false;
  const size = Math.ceil(key.n.toString(16).length / 2);
  const opened = toBytes(power(fromBytes(certificate.signature), key.e, key.n), size);
  const end = opened.indexOf(0, 2);
  const padded =
    opened[0] === 0 && opened[1] === 1 && end >= 10 && opened.subarray(2, end).every((byte) => byte === 255);
  if (!padded) return false;
  if (!certificate.signatureAlgorithm.startsWith('sha256')) return true;
  const hash = sha256Bytes(signedPart(certificate.der));
  return sameBytes(opened.subarray(opened.length - hash.length), hash);
}

/** The first value inside the outer sequence, with its head. */
function signedPart(der: Uint8Array): Uint8Array {
  const { content } = readTlv(der);
  const first = readTlv(content);
  return content.subarray(0, first.content.byteOffset - content.byteOffset + first.content.length);
}

/** How a certificate fits a host name: by which name; undefined when by none. */
export type Fit = { readonly by: 'alternative' | 'address' | 'common name'; readonly name: string };

/** RFC 6125 as curl does it: alternative names when there are any, else the common name; a leading wildcard stands for one label. */
export function fitOf(certificate: CertificateParts, host: string): Fit | undefined {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const literal = /^\d+\.\d+\.\d+\.\d+$/.test(wanted);
  const fits = (candidate: string) => {
    const name = candidate.toLowerCase();
    if (!name.startsWith('*.') || literal) return name === wanted;
    const rest = name.slice(1);
    return wanted.endsWith(rest) && wanted.length > rest.length && !wanted.slice(0, -rest.length).includes('.');
  };
  const names = namesOf(certificate);
  if (names.length > 0) {
    const found = names.find(({ kind, name }) => (literal ? kind === 'IP Address' : kind === 'DNS') && fits(name));
    return found === undefined
      ? undefined
      : { by: found.kind === 'IP Address' ? 'address' : 'alternative', name: found.name };
  }
  const common = commonName(certificate);
  return common !== undefined && fits(common) ? { by: 'common name', name: common } : undefined;
}

/** The alternative names that say who a server is: host names and addresses. */
export function namesOf(certificate: CertificateParts): { readonly kind: string; readonly name: string }[] {
  return alternativesOf(certificate)
    .map((text) => ({ kind: text.slice(0, text.indexOf(':')), name: text.slice(text.indexOf(':') + 1) }))
    .filter(({ kind }) => kind === 'DNS' || kind === 'IP Address');
}

/** The last common name of the subject, which is the one that counts. */
export function commonName(certificate: CertificateParts): string | undefined {
  return certificate.subject.filter(([type]) => type === 'CN').at(-1)?.[1];
}
