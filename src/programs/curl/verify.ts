import { FileError } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import { outside, type Routine } from '../../sim/routine.ts';

export interface CertificateProblem {
  readonly code: 60 | 77;
  readonly message: string;
}

/**
 * Whether curl would trust this server: a chain to a root it was given, the dates, and the name. Real X.509, checked with the
 * cluster's calendar. Undefined when all is well.
 */
export function* verifyCertificate(
  context: Context,
  pem: string,
  host: string,
  cacert: string | undefined,
): Routine<CertificateProblem | undefined> {
  let roots = '';
  if (cacert !== undefined) {
    try {
      roots = context.fs.read(context.fs.resolve(context.cwd, cacert));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { code: 77, message: `error setting certificate file: ${cacert}` };
    }
  }
  const now = context.machine.world.sim.calendar();
  return yield* outside(() => check(pem, host, roots, now));
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

async function check(pem: string, host: string, roots: string, now: number): Promise<CertificateProblem | undefined> {
  await import('reflect-metadata');
  const { X509Certificate } = await import('@peculiar/x509');
  const problem = (words: string): CertificateProblem => ({ code: 60, message: `SSL certificate problem: ${words}` });
  const [leafPem] = pem.match(PEM) ?? [];
  if (leafPem === undefined) return problem('unable to get local issuer certificate');
  const leaf = new X509Certificate(leafPem);
  const trusted = (roots.match(PEM) ?? []).map((each) => new X509Certificate(each));
  const selfSigned = leaf.subject === leaf.issuer;
  const anchor = trusted.find((each) => each.subject === leaf.issuer);
  if (anchor === undefined)
    return problem(selfSigned ? 'self-signed certificate' : 'unable to get local issuer certificate');
  if (!(await leaf.verify({ publicKey: anchor.publicKey, signatureOnly: true })))
    return problem('certificate signature failure');
  if (now > leaf.notAfter.getTime()) return problem('certificate has expired');
  if (now < leaf.notBefore.getTime()) return problem('certificate is not yet valid');
  if (!nameFits(leaf, host)) {
    const isIp = /^\d+\.\d+\.\d+\.\d+$/.test(host);
    const common = leaf.subjectName.getField('CN')[0] ?? '';
    return {
      code: 60,
      message:
        alternatives(leaf).length > 0
          ? `SSL: no alternative certificate subject name matches target host name '${host}'`
          : isIp
            ? `SSL: certificate subject name '${common}' does not match target host name '${host}'`
            : `SSL: certificate subject name '${common}' does not match target host name '${host}'`,
    };
  }
  return undefined;
}

interface Named {
  getExtension(oid: string): unknown;
  readonly subjectName: { getField(name: string): string[] };
}

function alternatives(certificate: Named): string[] {
  const extension = certificate.getExtension('2.5.29.17') as {
    names?: { items?: readonly { type: string; value: string }[] };
  } | null;
  return (extension?.names?.items ?? []).map((each) => each.value);
}

/** RFC 6125 as curl does it: alternative names when there are any, else the common name; a leading wildcard label. */
function nameFits(certificate: Named, host: string): boolean {
  const names = alternatives(certificate);
  const candidates = names.length > 0 ? names : certificate.subjectName.getField('CN');
  const wanted = host.toLowerCase().replace(/\.$/, '');
  return candidates.some((candidate) => {
    const name = candidate.toLowerCase();
    if (!name.startsWith('*.')) return name === wanted;
    const rest = name.slice(1);
    return wanted.endsWith(rest) && !wanted.slice(0, -rest.length).includes('.') && wanted.length > rest.length;
  });
}
