import { describe, expect, it } from 'vitest';
import type { AppReply } from '../../cluster/network/namespace.ts';
import { Lab, NODE_A } from '../../cluster/network/testing/lab.ts';
import { Desk } from '../testing/desk.ts';
import { CurlUsage, parseCurl } from './options.ts';
import { glob, parseUrl, resolveLocation } from './url.ts';

const lab = new Lab().nginx().service();
const desk = new Desk(lab);
const node = desk.machine(lab.node(NODE_A));
const hello = (body: string, headers: [string, string][] = []): AppReply => ({
  kind: 'http',
  status: 200,
  reason: 'OK',
  headers: [
    ['Server', 'nginx/1.29.0'],
    ['Content-Type', 'text/plain'],
    ['Content-Length', String(body.length)],
    ...headers,
    ['Connection', 'keep-alive'],
  ],
  body,
});
lab.node(NODE_A).listen({
  protocol: 'TCP',
  address: '127.0.0.1',
  port: 8080,
  program: 'nginx',
  serve(request) {
    if (request.kind !== 'http') return { kind: 'close' };
    if (request.path === '/empty') return { kind: 'close' };
    if (request.path === '/old')
      return {
        ...hello('gone'),
        status: 301,
        reason: 'Moved Permanently',
        headers: [['Location', '/new']],
      } as AppReply;
    if (request.path === '/missing')
      return { ...hello('nothing here\n'), status: 404, reason: 'Not Found' } as AppReply;
    return request.method === 'HEAD'
      ? ({ ...hello('hello\n'), body: '' } as AppReply)
      : hello(request.body === '' ? 'hello\n' : request.body);
  },
});
const B = 'http://127.0.0.1:8080';
const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0`;

describe('curl', () => {
  it('prints a page, and a meter when its output is no terminal', async () => {
    expect(await desk.run(node, `curl ${B}/`, { tty: true })).toMatchObject({
      status: 0,
      stdout: 'hello\n',
      stderr: '',
    });
    const piped = await desk.run(node, `curl ${B}/`);
    expect(piped.stdout).toBe('hello\n');
    expect(piped.stderr.startsWith(METER)).toBe(true);
    expect(piped.stderr.slice(METER.length)).toMatch(
      /^\r100 {5}6 {2}100 {5}6 {4}0 {5}0 +\d+ {6}0 --:--:-- --:--:-- --:--:-- +\d+\n$/,
    );
    expect((await desk.run(node, `curl -s ${B}/`)).stderr).toBe('');
  });
  it('says why it cannot connect', async () => {
    const refused = await desk.run(node, 'curl http://127.0.0.1:1', { tty: true });
    expect(refused).toMatchObject({
      status: 7,
      stderr: "curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n",
    });
    expect((await desk.run(node, 'curl -v http://127.0.0.1:1', { tty: true })).stderr).toBe(
      "*   Trying 127.0.0.1:1...\n* connect to 127.0.0.1 port 1 failed: Connection refused\n* Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n* Closing connection 0\ncurl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n",
    );
    expect(await desk.run(node, 'curl nosuch', { tty: true })).toMatchObject({
      status: 6,
      stderr: 'curl: (6) Could not resolve host: nosuch\n',
    });
    expect((await desk.run(node, 'curl nosuch')).stderr).toBe(`${METER}curl: (6) Could not resolve host: nosuch\n`);
    const far = await desk.run(node, 'curl -sS http://10.244.3.77');
    expect(far.stderr).toMatch(
      /^curl: \(7\) Failed to connect to 10\.244\.3\.77 port 80 after 306\d ms: Couldn't connect to server\n$/,
    );
  });
  it('gives up in time', async () => {
    const laptop = desk.machine(lab.network.laptop);
    const ip = lab.clusterIP();
    expect(await desk.run(laptop, `curl -m 3 ${ip}`, { tty: true })).toMatchObject({
      status: 28,
      stderr: 'curl: (28) Connection timed out after 3000 milliseconds\n',
    });
    expect((await desk.run(laptop, `curl --connect-timeout 2 ${ip}`, { tty: true })).stderr).toBe(
      `curl: (28) Failed to connect to ${ip} port 80 after 2000 ms: Timeout was reached\n`,
    );
    const patient = await desk.run(laptop, `curl ${ip}`, { tty: true });
    expect(patient.status).toBe(28);
    expect(patient.stderr).toMatch(/after 130\d{3} ms: Couldn't connect to server\n$/);
    const meter = await desk.run(laptop, `curl -m 2 ${ip}`);
    expect(
      meter.stderr
        .split('\r')
        .map((line) => line.slice(55, 63))
        .slice(1),
    ).toEqual(['--:--:--', ' 0:00:01', ' 0:00:02']);
    expect(await desk.run(laptop, `curl ${ip}`, { tty: true, seconds: 1 })).toMatchObject({ status: 130 });
  });
  it('-v shows the conversation', async () => {
    expect((await desk.run(node, `curl -sv -X PUT -d x -H Foo:bar ${B}/a?b=1`)).stderr).toBe(
      `*   Trying 127.0.0.1:8080...
* Connected to 127.0.0.1 (127.0.0.1) port 8080 (#0)
> PUT /a?b=1 HTTP/1.1\r
> Host: 127.0.0.1:8080\r
> User-Agent: curl/7.88.1\r
> Accept: */*\r
> Foo: bar\r
> Content-Length: 1\r
> Content-Type: application/x-www-form-urlencoded\r
> \r
} [1 bytes data]
< HTTP/1.1 200 OK\r
< Server: nginx/1.29.0\r
< Content-Type: text/plain\r
< Content-Length: 1\r
< Connection: keep-alive\r
< \r
{ [1 bytes data]
* Connection #0 to host 127.0.0.1 left intact
`,
    );
  });
  it('-i, -I, -o, -O, -w, -f, -L', async () => {
    expect((await desk.run(node, `curl -sI ${B}/`)).stdout).toBe(
      'HTTP/1.1 200 OK\r\nServer: nginx/1.29.0\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: keep-alive\r\n\r\n',
    );
    expect((await desk.run(node, `curl -si ${B}/`)).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhello\n$/);
    await desk.run(node, `curl -s -o /tmp/page ${B}/`);
    expect(node.fs.read('/tmp/page')).toBe('hello\n');
    expect((await desk.run(node, `curl -O ${B}/`)).stderr).toBe(
      'curl: Remote file name has no length!\ncurl: (23) Failed writing received data to disk/application\n',
    );
    expect(
      await desk.run(node, [
        'curl',
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code} %{remote_ip}:%{remote_port} %{num_redirects}\\n',
        `${B}/missing`,
      ]),
    ).toMatchObject({
      status: 0,
      stdout: '404 127.0.0.1:8080 0\n',
    });
    expect(await desk.run(node, `curl -sSf ${B}/missing`)).toMatchObject({
      status: 22,
      stdout: '',
      stderr: 'curl: (22) The requested URL returned error: 404\n',
    });
    expect((await desk.run(node, ['curl', '-sL', '-w', '%{url_effective}', `${B}/old`])).stdout).toBe(
      `hello\n${B}/new`,
    );
    expect(await desk.run(node, `curl -s -o /none/x ${B}/`)).toMatchObject({ status: 23 });
    expect(await desk.run(node, `curl -sS ${B}/empty`)).toMatchObject({
      status: 52,
      stderr: 'curl: (52) Empty reply from server\n',
    });
    expect((await desk.run(node, ['curl', '-s', '-w', '%{foo}', `${B}/`])).stderr).toBe(
      "curl: unknown --write-out variable: 'foo'\n",
    );
  });
  it('shares time between its phases', async () => {
    const { stdout, took } = await desk.run(node, [
      'curl',
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{time_connect} %{time_starttransfer} %{time_total}',
      lab.clusterIP(),
    ]);
    const [connect = 0, first = 0, total = 0] = stdout.split(' ').map(Number);
    expect(connect).toBeGreaterThan(0);
    expect(first).toBeGreaterThan(connect);
    expect(total).toBeGreaterThanOrEqual(first);
    expect(took / 1000).toBeGreaterThanOrEqual(total);
  });
  it('--resolve takes the place of the name server', async () => {
    const { stdout, stderr } = await desk.run(node, `curl -sv --resolve web:8080:127.0.0.1 http://web:8080/`);
    expect(stdout).toBe('hello\n');
    expect(stderr).toMatch(/^\* Added web:8080:127\.0\.0\.1 to DNS cache\n\* Hostname web was found in DNS cache\n/);
  });
  it('retries when told to', async () => {
    const { stderr, took } = await desk.run(node, 'curl --retry 2 --retry-connrefused http://127.0.0.1:1', {
      tty: true,
    });
    expect(stderr).toContain('Warning: Problem: connection refused. Will retry in 1 seconds. 2 retries left.\n');
    expect(took).toBeGreaterThan(3000);
  });
});

describe('its command line', () => {
  const complaint = (line: string) => {
    try {
      parseCurl(line.split(' '));
      return 'fine';
    } catch (error) {
      return error instanceof CurlUsage ? error.message : 'no';
    }
  };
  it.each([
    ['--foo', 'curl: option --foo: is unknown'],
    ['--c x', 'curl: option --c: is ambiguous'],
    ['-o', 'curl: option -o: requires parameter'],
    ['--max-time', 'curl: option --max-time: requires parameter'],
    ['-m abc x', 'curl: option -m: expected a proper numerical parameter'],
    ['--connect-timeout x y', 'curl: option --connect-timeout: expected a proper numerical parameter'],
    ['--silent=1 x', 'curl: option --silent=1: is unknown'],
    ['--si x', 'fine'],
    ['--no-silent x', 'fine'],
    ['--no-foo x', 'curl: option --no-foo: is unknown'],
  ])('%s', (line, message) => {
    expect(complaint(line)).toBe(message);
  });
  it('without anything only gives a hint', async () => {
    expect(await desk.run(node, 'curl')).toMatchObject({
      status: 2,
      stderr: "curl: try 'curl --help' or 'curl --manual' for more information\n",
    });
    expect((await desk.run(node, 'curl -s')).stderr).toBe(
      "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
  });
});

describe('URLs', () => {
  it('are completed, and judged', () => {
    expect(parseUrl('my-nginx')).toMatchObject({ url: 'http://my-nginx/', host: 'my-nginx', port: 80, path: '/' });
    expect(parseUrl('https://a:8443/x/../y?q#f')).toMatchObject({
      port: 8443,
      path: '/y?q',
      url: 'https://a:8443/y?q',
    });
    expect(parseUrl('http://127.1/').host).toBe('127.0.0.1');
    expect(() => parseUrl('http://')).toThrow('curl: (3) URL using bad/illegal format or missing URL');
    expect(() => parseUrl('http://x:99999/')).toThrow('(3)');
    expect(() => parseUrl('foo://x')).toThrow('curl: (1) Protocol "foo" not supported or disabled in libcurl');
  });
  it('open into many', () => {
    expect(glob('http://x/[1-3]').map((each) => each.url)).toEqual(['http://x/1', 'http://x/2', 'http://x/3']);
    expect(glob('http://{a,b}/[08-10]').length).toBe(6);
    expect(glob('http://[::1]/').length).toBe(1);
  });
  it('lead on from a Location', () => {
    const from = parseUrl('http://a:81/x/y?z');
    expect(['/q', 'q', '?q', '//b/q', 'https://c/'].map((each) => resolveLocation(from, each))).toEqual([
      'http://a:81/q',
      'http://a:81/x/q',
      'http://a:81/x/y?q',
      'http://b/q',
      'https://c/',
    ]);
  });
});
