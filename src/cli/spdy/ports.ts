import type { PortConnection } from '../../cluster/api/nodes.ts';
import type { SpdyStream } from './connection.ts';

/**
 * Serves the pairs of streams of a port-forward (portforward.k8s.io): data, and error for why it came to nothing. `dial` opens a
 * connection to a port of the pod, or says why there is none.
 */
export function forwardPorts(dial: (port: number) => PortConnection | string): (stream: SpdyStream) => void {
  const errors = new Map<string, SpdyStream>();
  return (stream) => {
    const request = stream.headers.get('requestid') ?? '';
    if (stream.headers.get('streamtype') === 'error') {
      errors.set(request, stream);
      return;
    }
    const error = errors.get(request);
    errors.delete(request);
    const connection = dial(Number(stream.headers.get('port')));
    if (typeof connection === 'string') {
      error?.write(Buffer.from(connection));
      error?.end();
      stream.end();
      return;
    }
    connection.onData((bytes) => stream.write(Buffer.from(bytes, 'latin1')));
    connection.onClose(() => {
      stream.end();
      error?.end();
    });
    stream.serve(
      (bytes) => connection.write(bytes.toString('latin1')),
      () => connection.closeInput(),
    );
  };
}
