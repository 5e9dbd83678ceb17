import { HeaderReader, HeaderWriter } from './headers.ts';

/** Types of control frames that are spoken (SPDY protocol draft 3.1). */
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;

const FIN = 1;
const HEAD = 8;
/** The most that goes into one data frame. */
const MOST_DATA = 32 * 1024;

/** One stream, opened by the client. */
export interface SpdyStream {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  write(bytes: Buffer): void;
  /** Nothing more will be written. */
  end(): void;
  /** Set by who serves the stream; what came before that is delivered when it is set. */
  serve(onData: (bytes: Buffer) => void, onEnd: () => void): void;
}

/**
 * The server's side of SPDY/3.1, as far as kubectl speaks it (moby/spdystream): streams without priorities, flow control left to
 * TCP. It says who is sent what; whatever carries the bytes is the caller's.
 */
export class SpdyConnection {
  private readonly send: (bytes: Buffer) => void;
  private readonly onStream: (stream: SpdyStream) => void;
  private readonly streams = new Map<number, Served>();
  private readonly reader = new HeaderReader();
  private readonly writer = new HeaderWriter();
  private pending: Buffer = Buffer.alloc(0);

  constructor(send: (bytes: Buffer) => void, onStream: (stream: SpdyStream) => void) {
    this.send = send;
    this.onStream = onStream;
  }

  /** Takes bytes as they come, frames or parts of frames. */
  receive(bytes: Buffer): void {
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    while (this.pending.length >= HEAD) {
      const whole = HEAD + this.pending.readUIntBE(5, 3);
      if (this.pending.length < whole) return;
      const frame = this.pending.subarray(0, whole);
      this.pending = this.pending.subarray(whole);
      this.frame(frame);
    }
  }

  private frame(frame: Buffer): void {
    const flags = frame[4] ?? 0;
    const body = frame.subarray(HEAD);
    if ((frame.readUInt8(0) & 0x80) === 0) {
      const stream = this.streams.get(frame.readUInt32BE(0));
      if (body.length > 0) stream?.data(body);
      if ((flags & FIN) !== 0) stream?.ended();
      return;
    }
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM:
        this.open(body.readUInt32BE(0), this.reader.read(body.subarray(10)), (flags & FIN) !== 0);
        break;
      case RST_STREAM: {
        const id = body.readUInt32BE(0);
        this.streams.get(id)?.ended();
        this.streams.delete(id);
        break;
      }
      case PING:
        this.send(Buffer.from(frame));
        break;
      case GOAWAY:
        break;
    }
  }

  private open(id: number, headers: ReadonlyMap<string, string>, finished: boolean): void {
    const reply = this.writer.empty();
    const number = Buffer.alloc(4);
    number.writeUInt32BE(id);
    this.send(Buffer.concat([Buffer.from([0x80, 3, 0, SYN_REPLY, 0, 0, 0, 4 + reply.length]), number, reply]));
    const stream = new Served(headers, (bytes, last) => {
      const head = Buffer.alloc(HEAD);
      head.writeUInt32BE(id);
      head.writeUInt8(last ? FIN : 0, 4);
      head.writeUIntBE(bytes.length, 5, 3);
      this.send(Buffer.concat([head, bytes]));
    });
    this.streams.set(id, stream);
    this.onStream(stream);
    if (finished) stream.ended();
  }
}

class Served implements SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  private readonly frame: (bytes: Buffer, last: boolean) => void;
  private early: Buffer[] = [];
  private over = false;
  private closed = false;
  private listener: { readonly onData: (bytes: Buffer) => void; readonly onEnd: () => void } | undefined;

  constructor(headers: ReadonlyMap<string, string>, frame: (bytes: Buffer, last: boolean) => void) {
    this.headers = headers;
    this.frame = frame;
  }

  write(bytes: Buffer): void {
    if (this.closed) return;
    for (let at = 0; at < bytes.length; at += MOST_DATA) this.frame(bytes.subarray(at, at + MOST_DATA), false);
  }

  end(): void {
    if (this.closed) return;
    this.closed = true;
    this.frame(Buffer.alloc(0), true);
  }

  serve(onData: (bytes: Buffer) => void, onEnd: () => void): void {
    this.listener = { onData, onEnd };
    for (const bytes of this.early) onData(bytes);
    this.early = [];
    if (this.over) onEnd();
  }

  data(bytes: Buffer): void {
    if (this.listener === undefined) this.early.push(bytes);
    else this.listener.onData(bytes);
  }

  ended(): void {
    if (this.over) return;
    this.over = true;
    this.listener?.onEnd();
  }
}
