import { readCertificate } from '../../machines/x509/certificate.ts';
import { readPem, writePem } from '../../machines/x509/pem.ts';
import { sleep } from '../../sim/routine.ts';
import { findHost } from '../network/target.ts';
import type { Subcommand } from './command.ts';
import { nameText, timeText } from './text.ts';

/** s_client, as far as looking at a server's certificate goes. */
export const sClient: Subcommand = {
  name: 's_client',
  options: [
    'connect=',
    'servername=',
    'CAfile=',
    'showcerts',
    'brief',
    'tls1_2',
    'tls1_3',
    'verify_return_error',
    'quiet',
    'help',
  ],
  *run(context, given) {
    const target = given.value('connect') ?? given.operands[0] ?? 'localhost:4433';
    const at = target.lastIndexOf(':');
    const host = at < 0 ? target : target.slice(0, at);
    const port = at < 0 ? 4433 : Number(target.slice(at + 1));
    const found = yield* findHost(context, host, target);
    const [address] = found.addresses;
    if (address === undefined) {
      yield* context.stderr.write(
        `40F7A2C4E17F0000:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:738:Name or service not known\nconnect:errno=22\n`,
      );
      return 1;
    }
    const { world, network } = context.machine;
    const exchange = world.network.connect(
      network,
      { protocol: 'TCP', address, port, tls: { serverName: given.value('servername') ?? host } },
      { program: 'openssl', target, group: found.group },
    );
    yield* sleep(Math.min(exchange.trace.duration, 130_000));
    const { outcome } = exchange.trace;
    if (outcome === 'refused' || outcome === 'timeout' || outcome === 'unreachable') {
      const [code, text, number] =
        outcome === 'refused'
          ? ['8000006F', 'Connection refused', 111]
          : outcome === 'timeout'
            ? ['8000006E', 'Connection timed out', 110]
            : ['80000071', 'No route to host', 113];
      yield* context.stderr.write(
        `40F7A2C4E17F0000:error:${code}:system library:BIO_connect:${text}:../crypto/bio/bio_sock2.c:114:calling connect()\n40F7A2C4E17F0000:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:116:\nconnect:errno=${number}\n`,
      );
      return 1;
    }
    yield* context.stdout.write('CONNECTED(00000003)\n');
    const pem = exchange.serverCertificatePem;
    const block = pem === undefined ? undefined : readPem(pem, ['CERTIFICATE']);
    if (block === undefined || typeof block === 'string') {
      yield* context.stdout.write(
        '---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\nSSL handshake has read 5 bytes and written 293 bytes\nVerification: OK\n---\n',
      );
      yield* context.stderr.write(
        '40F7A2C4E17F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:\n',
      );
      return 1;
    }
    const certificate = readCertificate(block.bytes);
    const subject = nameText(certificate.subject);
    const issuer = nameText(certificate.issuer);
    const self = subject === issuer;
    const code = self ? '18 (self-signed certificate)' : '20 (unable to get local issuer certificate)';
    yield* context.stderr.write(
      `depth=0 ${subject}\nverify error:num=${code.replace(/ \(/, ':').replace(')', '')}\nverify return:1\ndepth=0 ${subject}\nverify return:1\n`,
    );
    yield* context.stdout.write(
      `---\nCertificate chain\n 0 s:${subject}\n   i:${issuer}\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256\n   v:NotBefore: ${timeText(certificate.notBefore)}; NotAfter: ${timeText(certificate.notAfter)}\n---\nServer certificate\n${writePem('CERTIFICATE', block.bytes)}subject=${subject}\nissuer=${issuer}\n---\nNo client certificate CA names sent\nPeer signing digest: SHA256\nPeer signature type: RSA-PSS\nServer Temp Key: X25519, 253 bits\n---\nSSL handshake has read 1381 bytes and written 373 bytes\nVerification error: ${code.replace(/^\d+ \(|\)$/g, '')}\n---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nServer public key is 2048 bit\nSecure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\nEarly data was not sent\nVerify return code: ${code}\n---\n`,
    );
    // It would go on with what is typed; the servers here answer whole requests only.
    for (;;) if ((yield* context.stdin.read()) === null) break;
    yield* context.stderr.write('DONE\n');
    return 0;
  },
};
