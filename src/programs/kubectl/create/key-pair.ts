import { readCertificate } from '../../../machines/x509/certificate.ts';
import { decodePrivateKey } from '../../../machines/x509/rsa.ts';
import { Failure } from '../errors.ts';

/**
 * Refuses a certificate and a key that do not belong together, as `kubectl create secret tls` does by Go's `tls.X509KeyPair`:
 * the first block of each kind counts, blocks that cannot be decoded are passed over.
 *
 * @throws Failure in the words of crypto/tls.
 */
export function requireKeyPair(certificate: string, key: string): void {
  const certificates = blocks(certificate);
  const issued = certificates.find(({ label }) => label === 'CERTIFICATE');
  if (issued === undefined) throw new Failure(noCertificate(certificates.map(({ label }) => label)));
  const keys = blocks(key);
  const secret = keys.find(({ label }) => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY'));
  if (secret === undefined) throw new Failure(noKey(keys.map(({ label }) => label)));
  const parts = attempt(() => readCertificate(issued.bytes), 'x509: malformed certificate');
  const own = attempt(() => decodePrivateKey(secret.bytes), 'tls: failed to parse private key');
  if (parts.publicKey === undefined) throw new Failure('tls: private key type does not match public key type');
  if (parts.publicKey.n !== own.n) throw new Failure('tls: private key does not match public key');
}

interface Block {
  readonly label: string;
  readonly bytes: Uint8Array;
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  for (const [, label = '', body = ''] of text.matchAll(
    /^-----BEGIN ([^\n-]+)-----[ \t]*\r?\n([\s\S]*?)^-----END \1-----/gm,
  )) {
    const base64 = body.replace(/\s/g, '');
    if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) continue;
    found.push({ label, bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) });
  }
  return found;
}

function noCertificate(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (skipped.length === 1 && skipped[0]?.endsWith('PRIVATE KEY') === true) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`;
}

function noKey(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in key input';
  if (skipped.length === 1 && skipped[0] === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`;
}

function attempt<T>(read: () => T, failure: string): T {
  try {
    return read();
  } catch {
    throw new Failure(failure);
  }
}
