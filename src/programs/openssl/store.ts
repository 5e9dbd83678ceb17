import { FileError } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import { type CertificateParts, readCertificate } from '../../machines/x509/certificate.ts';
import { DerError } from '../../machines/x509/der.ts';
import { readPem } from '../../machines/x509/pem.ts';
import { decodePrivateKey, type RsaKey } from '../../machines/x509/rsa.ts';
import type { Routine } from '../../sim/routine.ts';
import { OpensslError } from './command.ts';

/** The number that OpenSSL prints before each error: its thread's. */
const THREAD = '40F7A2C4E17F0000';

/** The text of a file, or of standard input. @throws OpensslError as OpenSSL's store complains */
export function* readInput(context: Context, path: string | undefined, what: string): Routine<string> {
  if (path === undefined || path === '-') {
    let text = '';
    for (;;) {
      const chunk = yield* context.stdin.read();
      if (chunk === null) return text;
      text += chunk;
    }
  }
  try {
    return context.fs.read(context.fs.resolve(context.cwd, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const code = error.message === 'Permission denied' ? '8000000D' : '80000002';
    throw new OpensslError(
      `Could not open file or uri for loading ${what} from ${path}\n${THREAD}:error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file\n${THREAD}:error:${code}:system library:file_open:${error.message}:../providers/implementations/storemgmt/file_store.c:266:calling stat(${path})\n`,
    );
  }
}

/** What OpenSSL's decoders say of a PEM text that has no end: each of the four tries once. */
function endless(structure: string): string {
  const store = `${THREAD}:error:1608010C:STORE routines:ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:149:\n`;
  const decoder = `${THREAD}:error:1E08010C:DECODER routines:OSSL_DECODER_from_bio:unsupported:../crypto/encode_decode/decoder_lib.c:103:No supported data to decode. ${structure}\n`;
  return `${store}${store}${decoder}`.repeat(4);
}

/** Why a text cannot be read: it is not PEM, PEM of something else, cut off, or nonsense inside. */
function unreadable(what: string, path: string | undefined, text: string, why: string): OpensslError {
  const certificate = what === 'certificate';
  const details =
    why === 'no start line' && (!certificate || !text.includes('-----BEGIN '))
      ? ''
      : why === 'bad end line'
        ? endless(certificate ? 'Input structure: Certificate' : '')
        : `${THREAD}:error:1608010C:STORE routines:ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:149:\n`;
  return new OpensslError(`Could not read ${what} from ${path ?? '<stdin>'}\n${details}`);
}

/** @throws OpensslError */
export function* loadCertificate(
  context: Context,
  path: string | undefined,
  what = 'certificate',
): Routine<CertificateParts> {
  const failed = (error: OpensslError) => new OpensslError(`${error.text}Unable to load certificate\n`);
  try {
    const text = yield* readInput(context, path, what);
    const block = readPem(text, ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
    if (typeof block === 'string') throw unreadable(what, path, text, block);
    try {
      return readCertificate(block.bytes);
    } catch (error) {
      if (error instanceof DerError) throw unreadable(what, path, text, 'content');
      throw error;
    }
  } catch (error) {
    throw error instanceof OpensslError ? failed(error) : error;
  }
}

/** @throws OpensslError */
export function* loadKey(context: Context, path: string | undefined): Routine<RsaKey> {
  const text = yield* readInput(context, path, 'private key');
  const block = readPem(text, ['PRIVATE KEY', 'RSA PRIVATE KEY']);
  if (typeof block === 'string') throw unreadable('private key', path, text, block);
  try {
    return decodePrivateKey(block.bytes);
  } catch (error) {
    if (error instanceof DerError) throw unreadable('private key', path, text, 'content');
    throw error;
  }
}

/** Writes a file, or standard output. @throws OpensslError */
export function* writeOutput(
  context: Context,
  name: string,
  path: string | undefined,
  text: string,
  mode?: number,
): Routine {
  if (path === undefined || path === '-') {
    yield* context.stdout.write(text);
    return;
  }
  try {
    context.fs.write(context.fs.resolve(context.cwd, path), text, mode === undefined ? {} : { mode });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new OpensslError(`${name}: Can't open "${path}" for writing, ${error.message}\n`);
  }
}
