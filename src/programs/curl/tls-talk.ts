import type { Judgement } from './certificate.ts';

/** One line of -v's account of a handshake, and how many bytes went with it (shown unless the body goes to a terminal). */
export interface TalkLine {
  readonly text: string;
  readonly data?: readonly ['{' | '}', number];
}

const out = (text: string, bytes: number): TalkLine => ({ text, data: ['}', bytes] });
const into = (text: string, bytes: number): TalkLine => ({ text, data: ['{', bytes] });

/** What curl -v says until the server has spoken. */
export function hello(insecure: boolean, cacert: string | undefined): TalkLine[] {
  return [
    { text: '* ALPN: offers h2,http/1.1', data: ['}', 5] },
    out('* TLSv1.3 (OUT), TLS handshake, Client hello (1):', 512),
    ...(insecure
      ? []
      : [
          { text: `*  CAfile: ${cacert ?? '/etc/ssl/certs/ca-certificates.crt'}` },
          { text: '*  CApath: /etc/ssl/certs', data: ['{', 5] as const },
        ]),
  ];
}

/** The rest of the handshake, as far as it gets. */
export function handshake(version: string, judgement: Judgement, insecure: boolean, size: number): TalkLine[] {
  const v13 = version === 'TLSv1.3';
  const label = v13 ? 'TLSv1.3' : 'TLSv1.2';
  const first = [
    into('* TLSv1.3 (IN), TLS handshake, Server hello (2):', v13 ? 122 : 112),
    ...(v13 ? [into('* TLSv1.3 (IN), TLS handshake, Encrypted Extensions (8):', 21)] : []),
    into(`* ${label} (IN), TLS handshake, Certificate (11):`, size),
  ];
  if (judgement.problem?.at === 'chain' && !insecure)
    return [
      ...first,
      out(`* ${label} (OUT), TLS alert, ${alertOf(judgement.problem.message)}:`, 2),
      { text: `* ${judgement.problem.message}` },
    ];
  const rest = v13
    ? [
        into('* TLSv1.3 (IN), TLS handshake, CERT verify (15):', 264),
        into('* TLSv1.3 (IN), TLS handshake, Finished (20):', 52),
        out('* TLSv1.3 (OUT), TLS change cipher, Change cipher spec (1):', 1),
        out('* TLSv1.3 (OUT), TLS handshake, Finished (20):', 52),
      ]
    : [
        into('* TLSv1.2 (IN), TLS handshake, Server key exchange (12):', 300),
        into('* TLSv1.2 (IN), TLS handshake, Server finished (14):', 4),
        out('* TLSv1.2 (OUT), TLS handshake, Client key exchange (16):', 37),
        out('* TLSv1.2 (OUT), TLS change cipher, Change cipher spec (1):', 1),
        out('* TLSv1.2 (OUT), TLS handshake, Finished (20):', 16),
        into('* TLSv1.2 (IN), TLS handshake, Finished (20):', 16),
      ];
  const done = [
    ...first,
    ...rest,
    {
      text: `* SSL connection using ${v13 ? 'TLSv1.3 / TLS_AES_256_GCM_SHA384' : 'TLSv1.2 / ECDHE-RSA-AES256-GCM-SHA384'}`,
    },
    { text: '* ALPN: server accepted http/1.1' },
    { text: '* Server certificate:' },
    ...judgement.lines.map((text) => ({ text })),
  ];
  if (judgement.problem?.at === 'name' && !insecure) return [...done, { text: `* ${judgement.problem.message}` }];
  return [
    ...done,
    {
      text: judgement.verdict.startsWith('ok')
        ? '*  SSL certificate verify ok.'
        : `*  SSL certificate verify result: ${judgement.verdict}, continuing anyway.`,
    },
    { text: '* using HTTP/1.1', data: ['}', 5] },
  ];
}

/** What curl -v says when the first answer comes over TLS 1.3. */
export function tickets(version: string): TalkLine[] {
  if (version !== 'TLSv1.3') return [];
  return [
    into('* TLSv1.3 (IN), TLS handshake, Newsession Ticket (4):', 265),
    into('* TLSv1.3 (IN), TLS handshake, Newsession Ticket (4):', 265),
    { text: '* old SSL session ID is stale, removing', data: ['{', 5] },
  ];
}

function alertOf(message: string): string {
  if (message.endsWith('certificate has expired')) return 'certificate expired (557)';
  if (message.endsWith('certificate is not yet valid')) return 'bad certificate (554)';
  if (message.endsWith('certificate signature failure')) return 'decrypt error (563)';
  return 'unknown CA (560)';
}

/** How a connection ends whose certificate was of somebody else: politely. */
export function farewell(version: string): TalkLine[] {
  return [{ text: '', data: ['}', 5] }, out(`* ${version} (OUT), TLS alert, close notify (256):`, 2)];
}
