import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Lab, NODE_A } from '../../cluster/network/testing/lab.ts';
import { Desk } from '../testing/desk.ts';

async function made(extra = '') {
  const desk = new Desk(new Lab());
  const machine = desk.machine(desk.lab.node(NODE_A));
  const ran = await desk.run(
    machine,
    `openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout /root/k.key -out /root/c.crt -subj /CN=my-nginx/O=my-nginx${extra}`,
  );
  return { desk, machine, ran };
}

describe('openssl', () => {
  it('makes keys and certificates that others read, and that belong together', async () => {
    const { machine, ran } = await made(' -addext subjectAltName=DNS:my-nginx,IP:10.0.0.1');
    expect(ran.status).toBe(0);
    expect(ran.stderr).toMatch(/^[.+]+\*[.+]+\*[.+]+\n[.+]+\*[.+]+\*[.+]+\n-----\n$/);
    const certificate = new X509Certificate(machine.fs.read('/root/c.crt'));
    expect(certificate.subject).toBe('CN=my-nginx\nO=my-nginx');
    expect(certificate.checkPrivateKey(createPrivateKey(machine.fs.read('/root/k.key')))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(true);
    expect(certificate.subjectAltName).toBe('DNS:my-nginx, IP Address:10.0.0.1');
    expect(new Date(certificate.validTo).getTime() - new Date(certificate.validFrom).getTime()).toBe(365 * 86_400_000);
    expect(machine.fs.stat('/root/k.key').mode).toBe(0o600);
  });

  it.each([
    ['-1', 'Non-positive number "-1" for option -days'],
    ['0', 'Non-positive number "0" for option -days'],
    ['1.5', 'Can\'t parse "1.5" as a number'],
    ['2147483648', 'Value "2147483648" outside integer range'],
  ])('refuses a certificate of %s days, and writes nothing', async (days, why) => {
    const desk = new Desk(new Lab());
    const machine = desk.machine(desk.lab.node(NODE_A));
    const ran = await desk.run(machine, `openssl req -x509 -nodes -days ${days} -keyout k -out c -subj /CN=a`);
    expect(ran).toMatchObject({ status: 1, stdout: '', stderr: `req: ${why}\nreq: Use -help for summary.\n` });
    expect(machine.fs.exists('/root/k')).toBe(false);
  });

  it('makes the same again from the same seed', async () => {
    const [first, second] = [await made(), await made()];
    expect(first.machine.fs.read('/root/k.key')).toBe(second.machine.fs.read('/root/k.key'));
  });

  it('tells of a certificate', async () => {
    const { desk, machine } = await made();
    const x509 = async (options: string) =>
      (await desk.run(machine, `openssl x509 -in c.crt -noout ${options}`)).stdout;
    expect(await x509('-subject -enddate')).toMatch(
      /^subject=CN = my-nginx, O = my-nginx\nnotAfter=[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT\n$/,
    );
    expect(await x509('-fingerprint -sha256')).toBe(
      `sha256 Fingerprint=${new X509Certificate(machine.fs.read('/root/c.crt')).fingerprint256}\n`,
    );
    expect(await x509('-text')).toContain(
      '            X509v3 Basic Constraints: critical\n                CA:TRUE\n    Signature Algorithm: sha256WithRSAEncryption\n',
    );
    expect((await desk.run(machine, 'openssl rsa -in k.key -check -noout')).stdout).toBe('RSA key ok\n');
    expect((await desk.run(machine, 'openssl verify c.crt')).status).toBe(2);
    expect((await desk.run(machine, 'openssl verify -CAfile c.crt c.crt')).stdout).toBe('c.crt: OK\n');
  });

  it('fails in the words of the real one', async () => {
    const { desk, machine } = await made();
    const stderr = async (line: string) => (await desk.run(machine, line)).stderr;
    expect(await stderr('openssl foo')).toBe('Invalid command \'foo\'; type "help" for a list.\n');
    expect(await stderr('openssl req -badflag')).toBe(
      'req: Unknown option or message digest: badflag\nreq: Use -help for summary.\n',
    );
    expect(await stderr('openssl req -x509 -nodes -newkey rsa:2048 -keyout /no/k -out c2 -subj /CN=x')).toContain(
      'req: Can\'t open "/no/k" for writing, No such file or directory\n',
    );
    expect(await stderr('openssl x509 -in k.key -noout')).toMatch(/^Could not read certificate from k.key\n/);
    expect(await stderr('openssl x509 -in nope -noout')).toMatch(
      /^Could not open file or uri for loading certificate from nope\n[\s\S]*Unable to load certificate\n$/,
    );
  });
});
