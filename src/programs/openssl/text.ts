import { alternativesOf, type CertificateParts, type NamePart } from '../../machines/x509/certificate.ts';
import { children, readTlv, toBytes } from '../../machines/x509/der.ts';

/** Hex digits, two a byte. */
export function hexOf(value: bigint | Uint8Array): string {
  const bytes = typeof value === 'bigint' ? toBytes(value) : value;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A number in lines of 15 bytes with colons; a zero leads when the first bit is set. */
export function colons(value: bigint, indent: string): string {
  const bytes = [...toBytes(value)];
  if ((bytes[0] ?? 0) > 127) bytes.unshift(0);
  return rows(bytes, 15, indent);
}

function rows(bytes: readonly number[], perRow: number, indent: string): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length; at += perRow) {
    const row = bytes.slice(at, at + perRow).map((byte) => byte.toString(16).padStart(2, '0'));
    out.push(`${indent}${row.join(':')}${at + perRow < bytes.length ? ':' : ''}`);
  }
  return out.join('\n');
}

/** `CN = my-nginx, O = my-nginx`; by RFC 2253 `O=my-nginx,CN=my-nginx`. */
export function nameText(parts: readonly NamePart[], option?: string): string {
  if (option?.toUpperCase() === 'RFC2253')
    return [...parts]
      .reverse()
      .map(([type, value]) => `${type}=${value.replace(/[,+"<>;\\]/g, '\\$&')}`)
      .join(',');
  return parts.map(([type, value]) => `${type} = ${/[,+"<>;]/.test(value) ? `"${value}"` : value}`).join(', ');
}

/** `Nov 20 23:32:52 2026 GMT` */
export function timeText(ms: number): string {
  const [, day = '', month = '', year = '', clock = ''] = new Date(ms).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${clock} ${year} GMT`;
}

export function upperColons(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  '2.5.29.14': 'Subject Key Identifier',
  '2.5.29.35': 'Authority Key Identifier',
  '2.5.29.19': 'Basic Constraints',
  '2.5.29.17': 'Subject Alternative Name',
  '2.5.29.15': 'Key Usage',
  '2.5.29.37': 'Extended Key Usage',
};

/** Names that `-ext` takes. */
export const EXTENSION_NAMES: Readonly<Record<string, string>> = {
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  basicConstraints: '2.5.29.19',
  subjectAltName: '2.5.29.17',
};

/** Extensions as -text and -ext print them, each line behind an indent. */
export function extensionsText(certificate: CertificateParts, indent: string, only?: readonly string[]): string {
  return certificate.extensions
    .filter((each) => only === undefined || only.includes(each.id))
    .map((each) => {
      const name = EXTENSIONS[each.id];
      const title = name === undefined ? each.id : `X509v3 ${name}`;
      return `${indent}${title}: ${each.critical ? 'critical' : ''}\n${indent}    ${valueText(certificate, each.id, each.value)}\n`;
    })
    .join('');
}

function valueText(certificate: CertificateParts, id: string, value: Uint8Array): string {
  if (id === '2.5.29.14') return upperColons(readTlv(value).content);
  if (id === '2.5.29.35') return upperColons(children(readTlv(value).content)[0]?.content ?? new Uint8Array());
  if (id === '2.5.29.19') return `CA:${readTlv(value).content.length > 0 ? 'TRUE' : 'FALSE'}`;
  if (id === '2.5.29.17') return alternativesOf(certificate).join(', ');
  return upperColons(value);
}

/** `openssl x509 -text`. */
export function certificateText(certificate: CertificateParts): string {
  const { publicKey: key } = certificate;
  const short = certificate.serial.length <= 8;
  const serial = short
    ? ` ${BigInt(`0x${hexOf(certificate.serial)}`)} (0x${hexOf(certificate.serial).replace(/^0+(?=.)/, '')})`
    : `\n            ${[...certificate.serial].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
  const algorithm = certificate.signatureAlgorithm;
  return `Certificate:
    Data:
        Version: ${certificate.version} (0x${certificate.version - 1})
        Serial Number:${serial}
        Signature Algorithm: ${algorithm}
        Issuer: ${nameText(certificate.issuer)}
        Validity
            Not Before: ${timeText(certificate.notBefore)}
            Not After : ${timeText(certificate.notAfter)}
        Subject: ${nameText(certificate.subject)}
        Subject Public Key Info:
            Public Key Algorithm: ${key === undefined ? 'id-ecPublicKey' : 'rsaEncryption'}
${
  key === undefined
    ? ''
    : `                Public-Key: (${key.n.toString(2).length} bit)
                Modulus:
${colons(key.n, '                    ')}
                Exponent: ${key.e} (0x${key.e.toString(16)})
`
}${certificate.extensions.length === 0 ? '' : `        X509v3 extensions:\n${extensionsText(certificate, '            ')}`}    Signature Algorithm: ${algorithm}
    Signature Value:
${rows([...certificate.signature], 18, '        ')}
`;
}
