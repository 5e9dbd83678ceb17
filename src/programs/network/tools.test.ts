import { describe, expect, it } from 'vitest';
import { Lab, NODE_A } from '../../cluster/network/testing/lab.ts';
import { Desk } from '../testing/desk.ts';

const lab = new Lab().nginx().service();
const desk = new Desk(lab);
const node = desk.machine(lab.node(NODE_A));
lab.node(NODE_A).listen({
  protocol: 'TCP',
  address: '127.0.0.1',
  port: 8765,
  program: 'python3',
  serve(request) {
    if (request.kind === 'raw') return { kind: 'raw', data: `you said ${request.data}` };
    if (request.kind !== 'http') return { kind: 'close' };
    const found = request.path === '/x.txt';
    return {
      kind: 'http',
      status: found ? 200 : 404,
      reason: found ? 'OK' : 'Not Found',
      headers: [['Content-Type', 'text/plain']],
      body: found ? 'hello\n' : 'nothing\n',
    };
  },
});

describe('wget', () => {
  it('saves under the name in the address, and does not write over what is there', async () => {
    const first = await desk.run(node, 'wget http://127.0.0.1:8765/x.txt');
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(
      /^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d-- {2}http:\/\/127.0.0.1:8765\/x.txt\nConnecting to 127.0.0.1:8765... connected.\nHTTP request sent, awaiting response... 200 OK\nLength: 6 \[text\/plain\]\nSaving to: ‘x.txt’\n\n {5}0K +100% /,
    );
    expect((await desk.run(node, 'wget -nv http://127.0.0.1:8765/x.txt')).stderr).toMatch(/ -> "x.txt.1" \[1\]\n$/);
    expect(node.fs.read('/root/x.txt.1')).toBe('hello\n');
  });

  it('fails with GNU wget statuses: 8 for a server error, 4 for the network', async () => {
    expect(await desk.run(node, 'wget -q -O - http://127.0.0.1:8765/nope')).toMatchObject({ status: 8, stdout: '' });
    const refused = await desk.run(node, 'wget http://127.0.0.1:1');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(/Connecting to 127.0.0.1:1... failed: Connection refused.\n$/);
    expect(await desk.run(node, 'wget -q http://nosuch.invalid')).toMatchObject({
      status: 4,
      stderr: 'wget: unable to resolve host address ‘nosuch.invalid’\n',
    });
  });

  it('talks as busybox in a container', async () => {
    const box = desk.machine(lab.node(NODE_A), { kind: 'container' });
    expect(await desk.run(box, 'wget -O - http://127.0.0.1:8765/nope')).toMatchObject({
      status: 1,
      stderr: 'Connecting to 127.0.0.1:8765 (127.0.0.1:8765)\nwget: server returned error: HTTP/1.1 404 Not Found\n',
    });
    expect((await desk.run(box, 'wget -T 2 http://10.0.99.99')).stderr).toMatch(/wget: download timed out\n$/);
  });
});

describe('nc', () => {
  it('tells whether a port is open', async () => {
    expect(await desk.run(node, 'nc -zv 127.0.0.1 8765')).toMatchObject({
      status: 0,
      stderr: 'Connection to 127.0.0.1 8765 port [tcp/*] succeeded!\n',
    });
    expect(await desk.run(node, 'nc -zv 127.0.0.1 1')).toMatchObject({
      status: 1,
      stderr: 'nc: connect to 127.0.0.1 port 1 (tcp) failed: Connection refused\n',
    });
  });

  it('sends what it is given', async () => {
    expect((await desk.run(node, 'nc 127.0.0.1 8765', { stdin: 'hi' })).stdout).toBe('you said hi');
  });
});

describe('ip, ss, iptables', () => {
  it('ip route get takes the longest prefix', async () => {
    expect((await desk.run(node, 'ip route get 10.244.2.9')).stdout).toMatch(
      /^10\.244\.2\.9 via 10\.240\.0\.6 dev eth0 src 10\.240\.0\.7 uid 0 \n {4}cache \n$/,
    );
    expect((await desk.run(node, 'ip -br addr show dev nope')).stderr).toBe('Device "nope" does not exist.\n');
    expect(await desk.run(node, 'ip foo')).toMatchObject({
      status: 1,
      stderr: 'Object "foo" is unknown, try "ip help".\n',
    });
  });

  it('ss lists who listens', async () => {
    expect((await desk.run(node, 'ss -ltnp')).stdout).toMatch(
      /LISTEN 0 +511 +127\.0\.0\.1:8765 +0\.0\.0\.0:\*users:\(\("python3"/,
    );
  });

  it('iptables shows a chain, and refuses to change it', async () => {
    expect((await desk.run(node, 'iptables -t nat -S KUBE-NODEPORTS')).stdout).toMatch(/^-N KUBE-NODEPORTS\n/);
    expect(await desk.run(node, 'iptables -t nat -L NOPE')).toMatchObject({ status: 1 });
    const someone = desk.machine(lab.node(NODE_A), { user: 'admin' });
    expect((await desk.run(someone, 'iptables -L')).stderr).toContain('Permission denied (you must be root)');
  });
});
