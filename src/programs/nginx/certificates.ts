import { FileError, type FileSystem } from '../../machines/filesystem.ts';
import { readCertificate } from '../../machines/x509/certificate.ts';
import { DerError } from '../../machines/x509/der.ts';
import { readPem } from '../../machines/x509/pem.ts';
import { decodePrivateKey, type RsaKey } from '../../machines/x509/rsa.ts';
import { ConfigError } from './directive.ts';

const ASN1 = {
  'too long':
    'error:0680009B:asn1 encoding routines::too long error:06800066:asn1 encoding routines::bad object header',
  'header too long':
    'error:0680007B:asn1 encoding routines::header too long error:06800066:asn1 encoding routines::bad object header',
  'wrong tag': 'error:068000A8:asn1 encoding routines::wrong tag',
} as const;

/** A file's text. @throws ConfigError as nginx says that OpenSSL could not open it */
function open(fs: FileSystem, what: 'certificate' | 'certificate key', path: string): string {
  try {
    return fs.read(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const denied = error.message === 'Permission denied';
    throw new ConfigError(
      denied
        ? `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:8000000D:system library::Permission denied:calling fopen(${path}, r) error:10080002:BIO routines::system lib)`
        : `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${path}, r) error:10000080:BIO routines::no such file)`,
    );
  }
}

/**
 * Loads a certificate and its key as nginx with OpenSSL 3 does, and makes sure that they belong together. @throws ConfigError in
 * nginx's words
 */
export function loadPair(fs: FileSystem, certificatePath: string, keyPath: string): void {
  const certificate = loadCertificate(fs, certificatePath);
  const key = loadKey(fs, keyPath);
  if (certificate.publicKey === undefined || certificate.publicKey.n === key.n) return;
  throw new ConfigError(
    `SSL_CTX_use_PrivateKey("${keyPath}") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`,
  );
}

function loadCertificate(fs: FileSystem, path: string) {
  const fail = (why: string) =>
    new ConfigError(`cannot load certificate "${path}": PEM_read_bio_X509_AUX() failed (SSL: ${why})`);
  const block = readPem(open(fs, 'certificate', path), ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
  if (block === 'no start line')
    throw fail('error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE');
  if (block === 'bad end line') throw fail('error:04800066:PEM routines::bad end line');
  if (block === 'bad base64 decode') throw fail('error:04800064:PEM routines::bad base64 decode');
  try {
    return readCertificate(block.bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const problem = ASN1[error.message as keyof typeof ASN1];
    throw fail(
      `${problem} error:0688010A:asn1 encoding routines::nested asn1 error:Type=X509 error:0488000D:PEM routines::ASN1 lib`,
    );
  }
}

function loadKey(fs: FileSystem, path: string): RsaKey {
  const fail = (why = '') =>
    new ConfigError(
      `cannot load certificate key "${path}": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM${why})`,
    );
  const block = readPem(open(fs, 'certificate key', path), ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']);
  if (typeof block === 'string') throw fail();
  try {
    return decodePrivateKey(block.bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const problem = ASN1[error.message as keyof typeof ASN1];
    throw fail(` ${problem} error:0688010A:asn1 encoding routines::nested asn1 error:Type=PKCS8_PRIV_KEY_INFO`);
  }
}
