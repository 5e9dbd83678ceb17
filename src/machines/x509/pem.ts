/** A block of PEM: `PRIVATE KEY` and its bytes. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** How PEM ends badly, in OpenSSL's words. */
export type PemProblem = 'no start line' | 'bad end line' | 'bad base64 decode';

/** The first block whose label is one of these, or what is wrong. */
export function readPem(text: string, labels: readonly string[]): PemBlock | PemProblem {
  for (const match of text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n/gm)) {
    const [begin, label = ''] = match;
    if (!labels.includes(label)) continue;
    const start = match.index + begin.length;
    const end = text.indexOf(`-----END ${label}-----`, start);
    if (end < 0) return 'bad end line';
    const body = text.slice(start, end).replace(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body) || body.length % 4 === 1) return 'bad base64 decode';
    const binary = atob(body.replace(/=+$/, ''));
    return { label, bytes: Uint8Array.from(binary, (char) => char.charCodeAt(0)) };
  }
  return 'no start line';
}

/** Lines of 64 characters between BEGIN and END. */
export function writePem(label: string, bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
