import { constants, createDeflate, type Deflate } from 'node:zlib';
import { expect, it } from 'vitest';
import { SpdyConnection, type SpdyStream } from './connection.ts';
import { DICTIONARY } from './headers.ts';

/** A client as moby/spdystream is one: its headers go through one zlib stream, flushed after each block. */
class Client {
  private readonly deflate: Deflate = createDeflate({ dictionary: DICTIONARY });
  private packed = Buffer.alloc(0);

  constructor() {
    this.deflate.on('data', (bytes: Buffer) => {
      this.packed = Buffer.concat([this.packed, bytes]);
    });
  }

  async open(id: number, headers: Readonly<Record<string, string>>): Promise<Buffer> {
    const sized = (text: string) => Buffer.concat([number(text.length), Buffer.from(text)]);
    const entries = Object.entries(headers);
    this.deflate.write(
      Buffer.concat([number(entries.length), ...entries.flatMap(([name, value]) => [sized(name), sized(value)])]),
    );
    await new Promise<void>((done) => this.deflate.flush(constants.Z_SYNC_FLUSH, () => done()));
    const body = Buffer.concat([number(id), number(0), Buffer.alloc(2), this.packed]);
    this.packed = Buffer.alloc(0);
    return Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0]), number(body.length).subarray(1), body]);
  }
}

function number(value: number): Buffer {
  const made = Buffer.alloc(4);
  made.writeUInt32BE(value);
  return made;
}

const data = (id: number, text: string, last: boolean) =>
  Buffer.concat([number(id), Buffer.from([last ? 1 : 0]), number(text.length).subarray(1), Buffer.from(text)]);

it('opens streams, reads each one’s headers, and carries data both ways until both have ended', async () => {
  const sent: Buffer[] = [];
  const streams: SpdyStream[] = [];
  const connection = new SpdyConnection(
    (bytes) => sent.push(bytes),
    (stream) => streams.push(stream),
  );
  const client = new Client();
  const opening = Buffer.concat([
    await client.open(1, { streamtype: 'error', port: '80', requestid: '0' }),
    await client.open(3, { streamtype: 'data', port: '80', requestid: '0' }),
    data(3, 'early', false),
  ]);
  // Frames come in pieces as TCP pleases.
  for (const byte of opening) connection.receive(Buffer.from([byte]));
  expect(streams.map(({ headers }) => Object.fromEntries(headers))).toEqual([
    { streamtype: 'error', port: '80', requestid: '0' },
    { streamtype: 'data', port: '80', requestid: '0' },
  ]);
  expect(sent.map((frame) => [frame.readUInt16BE(2), frame.readUInt32BE(8)])).toEqual([
    [2, 1],
    [2, 3],
  ]);
  sent.length = 0;

  const got: string[] = [];
  streams[1]?.serve(
    (bytes) => got.push(bytes.toString()),
    () => got.push('end'),
  );
  connection.receive(data(3, 'late', true));
  expect(got).toEqual(['early', 'late', 'end']);

  streams[1]?.write(Buffer.from('back'));
  streams[1]?.end();
  streams[1]?.end();
  expect(sent).toEqual([data(3, 'back', false), data(3, '', true)]);
});

it('answers a ping with the same', () => {
  const sent: Buffer[] = [];
  const ping = Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7]);
  new SpdyConnection(
    (bytes) => sent.push(bytes),
    () => {},
  ).receive(ping);
  expect(sent).toEqual([ping]);
});
