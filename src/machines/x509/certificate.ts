import {
  bits,
  children,
  fromBytes,
  integer,
  nothing,
  octets,
  oid,
  oidText,
  printable,
  readTlv,
  sequence,
  sequenceOf,
  set,
  type Tlv,
  time,
  timeOf,
  tlv,
  utf8,
  yes,
} from './der.ts';
import { decodePublicKey, encodePublicKey, publicKeyBits, type RsaKey, sign } from './rsa.ts';

/** One part of a distinguished name: `CN`, `my-nginx`. */
export type NamePart = readonly [type: string, value: string];

export const NAME_TYPES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  street: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
  DC: '0.9.2342.19200300.100.1.25',
};

const SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
};

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** A certificate, taken apart. Times are milliseconds since 1970. */
export interface CertificateParts {
  readonly der: Uint8Array;
  readonly version: number;
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly issuer: readonly NamePart[];
  readonly subject: readonly NamePart[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: { readonly n: bigint; readonly e: bigint } | undefined;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

export interface NewCertificate {
  readonly key: RsaKey;
  readonly subject: readonly NamePart[];
  /** 20 bytes, the first below 128. */
  readonly serial: bigint;
  readonly notBefore: number;
  readonly notAfter: number;
  /** `DNS:my-nginx`, `IP:10.0.0.1`. */
  readonly alternatives: readonly string[];
  /** WebCrypto's digest, or one like it. */
  readonly digest: (algorithm: 'SHA-1' | 'SHA-256', bytes: Uint8Array) => Promise<Uint8Array>;
}

/** Extensions of `openssl req -x509`: both key identifiers and CA:TRUE. The certificate's DER. */
export async function makeCertificate(made: NewCertificate): Promise<Uint8Array> {
  const { key, subject } = made;
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), nothing());
  const name = encodeName(subject);
  const id = await made.digest('SHA-1', publicKeyBits(key));
  const extension = (type: string, critical: boolean, value: Uint8Array) =>
    sequence(oid(type), ...(critical ? [yes()] : []), octets(value));
  const extensions = [
    extension('2.5.29.14', false, octets(id)),
    extension('2.5.29.35', false, sequence(tlv(0x80, id))),
    extension('2.5.29.19', true, sequence(yes())),
    ...(made.alternatives.length === 0
      ? []
      : [extension('2.5.29.17', false, sequence(...made.alternatives.map(encodeAlternative)))]),
  ];
  const body = sequence(
    tlv(0xa0, integer(2n)),
    integer(made.serial),
    algorithm,
    name,
    sequence(time(made.notBefore), time(made.notAfter)),
    name,
    encodePublicKey(key),
    tlv(0xa3, sequence(...extensions)),
  );
  return sequence(body, algorithm, bits(sign(key, await made.digest('SHA-256', body))));
}

function encodeName(parts: readonly NamePart[]): Uint8Array {
  return sequence(
    ...parts.map(([type, value]) =>
      set(sequence(oid(NAME_TYPES[type] ?? type), type === 'C' ? printable(value) : utf8(value))),
    ),
  );
}

function encodeAlternative(text: string): Uint8Array {
  const at = text.indexOf(':');
  const [kind, value] = [text.slice(0, at), text.slice(at + 1)];
  if (kind === 'IP') return tlv(0x87, Uint8Array.from(value.split('.'), Number));
  return tlv(kind === 'email' ? 0x81 : kind === 'URI' ? 0x86 : 0x82, new TextEncoder().encode(value));
}

/** Takes a certificate apart. @throws DerError */
export function readCertificate(der: Uint8Array): CertificateParts {
  const [body, algorithm, signature] = sequenceOf(readTlv(der));
  const parts = sequenceOf(body);
  const versioned = parts[0]?.tag === 0xa0;
  const at = versioned ? 1 : 0;
  const validity = sequenceOf(parts[at + 3]);
  const extensions = parts.find((each) => each.tag === 0xa3);
  const [first, second] = validity;
  return {
    der,
    version: versioned ? Number(fromBytes(readTlv(parts[0]?.content ?? new Uint8Array()).content)) + 1 : 1,
    serial: parts[at]?.content ?? new Uint8Array(),
    signatureAlgorithm: nameOfAlgorithm(algorithm),
    issuer: readName(parts[at + 2]),
    notBefore: first === undefined ? 0 : timeOf(first),
    notAfter: second === undefined ? 0 : timeOf(second),
    subject: readName(parts[at + 4]),
    publicKey: decodePublicKey(parts[at + 5]),
    extensions:
      extensions === undefined ? [] : children(readTlv(extensions.content).content).map((each) => readExtension(each)),
    signature: signature?.content.subarray(1) ?? new Uint8Array(),
  };
}

function nameOfAlgorithm(value: Tlv | undefined): string {
  const id = oidText(sequenceOf(value)[0]?.content ?? new Uint8Array());
  return SIGNATURES[id] ?? id;
}

function readName(value: Tlv | undefined): NamePart[] {
  const types = new Map(Object.entries(NAME_TYPES).map(([name, id]) => [id, name]));
  return sequenceOf(value).flatMap((one) =>
    children(one.content).map((pair): NamePart => {
      const [type, text] = sequenceOf(pair);
      const id = oidText(type?.content ?? new Uint8Array());
      return [types.get(id) ?? id, new TextDecoder().decode(text?.content)];
    }),
  );
}

function readExtension(value: Tlv): Extension {
  const parts = sequenceOf(value);
  return {
    id: oidText(parts[0]?.content ?? new Uint8Array()),
    critical: parts[1]?.tag === 0x01 && parts[1].content[0] !== 0,
    value: parts.at(-1)?.content ?? new Uint8Array(),
  };
}

/** Its subject alternative names as OpenSSL writes them: `DNS:a`, `IP Address:10.0.0.1`. */
export function alternativesOf(certificate: CertificateParts): string[] {
  const extension = certificate.extensions.find((each) => each.id === '2.5.29.17');
  if (extension === undefined) return [];
  return children(readTlv(extension.value).content).map(({ tag, content }) =>
    tag === 0x87
      ? `IP Address:${[...content].join('.')}`
      : `${tag === 0x82 ? 'DNS' : tag === 0x81 ? 'email' : tag === 0x86 ? 'URI' : 'othername'}:${new TextDecoder().decode(content)}`,
  );
}
