import { expect, it } from 'vitest';
import { isRefusal } from '../api/nodes.ts';
import type { AppRequest } from '../network/namespace.ts';
import { Lab, NODE_A } from '../network/testing/lab.ts';
import { dialPort } from './port-forward.ts';

/** A pod that says what it was asked. */
function pod() {
  const lab = new Lab().nginx();
  const namespace = lab.insidePod(NODE_A);
  const asked: AppRequest[] = [];
  namespace.listen({
    protocol: 'TCP',
    address: '0.0.0.0',
    port: 8080,
    program: 'web',
    serve(request) {
      asked.push(request);
      const body = request.kind === 'http' ? `${request.method} ${request.path} grüß` : '';
      const length = String(new TextEncoder().encode(body).length);
      return { kind: 'http', status: 200, reason: 'OK', headers: [['Content-Length', length]], body };
    },
  });
  const dial = (port: number) => dialPort({ sim: lab.sim, network: lab.network, namespace, podUid: 'u' }, port);
  const open = () => {
    const connection = dial(8080);
    if (isRefusal(connection)) throw new Error(connection.error);
    let text = '';
    let closed = false;
    connection.onData((bytes) => {
      text += bytes;
    });
    connection.onClose(() => {
      closed = true;
    });
    const settle = () => lab.wait(1);
    return { connection, settle, text: () => text, closed: () => closed };
  };
  return { asked, dial, open };
}

it('carries one request after the other over one connection, in whatever pieces they come', () => {
  const { open, asked } = pod();
  const { connection, settle, text, closed } = open();
  connection.write('GET /a HTTP/1.1\r\nHost: x\r\n');
  settle();
  expect(text()).toBe('');
  connection.write('\r\nPOST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nbo');
  connection.write('dy');
  settle();
  expect(text()).toBe(
    ['GET /a', 'POST /b']
      .map((line) => `HTTP/1.1 200 OK\r\nContent-Length: ${line.length + 7}\r\n\r\n${line} gr\u00c3\u00bc\u00c3\u009f`)
      .join(''),
  );
  expect(asked).toMatchObject([
    { path: '/a', body: '' },
    { path: '/b', body: 'body' },
  ]);
  expect(closed()).toBe(false);
  connection.closeInput();
  expect(closed()).toBe(true);
});

it('takes a chunked body apart, and closes when it is told to', () => {
  const { open, asked } = pod();
  const { connection, settle, closed } = open();
  connection.write(
    'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
  );
  settle();
  expect(asked).toMatchObject([{ method: 'PUT', body: 'abcde' }]);
  expect(closed()).toBe(true);
});

it('says in containerd’s words that nobody listens', () => {
  expect(pod().dial(81)).toMatchObject({
    error: expect.stringMatching(
      /^error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace "\/var\/run\/netns\/cni-[-0-9a-f]{36}": failed to connect to localhost:81 inside namespace "[0-9a-f]{64}", IPv4: dial tcp4 127\.0\.0\.1:81: connect: connection refused IPv6 /,
    ),
  });
});
