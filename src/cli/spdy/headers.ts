import { constants, inflateRawSync } from 'node:zlib';

/** Words with their length in front, with which the dictionary begins (SPDY protocol draft 3, 2.6.10.1). */
const WORDS =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin';

/** What follows them. */
const TEXT =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

/** The dictionary with which both sides of SPDY/3 compress their headers. */
export const DICTIONARY = Buffer.concat([
  ...WORDS.split(' ').map((word) => sized(word.replace('_', ' '))),
  Buffer.from(TEXT),
]);

/** How far back deflate may point. */
const WINDOW = 32 * 1024;

/** Reads the header blocks of one direction of a connection: parts of one zlib stream, each flushed to a whole byte. */
export class HeaderReader {
  private window = DICTIONARY;
  private begun = false;

  /** Names in lower case; a name's several values are joined by NUL. */
  read(block: Buffer): Map<string, string> {
    // The stream begins with zlib's two bytes and the checksum of the dictionary.
    const deflated = this.begun ? block : block.subarray(6);
    this.begun = true;
    const plain = inflateRawSync(deflated, { dictionary: this.window, finishFlush: constants.Z_SYNC_FLUSH });
    this.window = Buffer.concat([this.window, plain]).subarray(-WINDOW);
    const headers = new Map<string, string>();
    let at = 4;
    const text = () => {
      const length = plain.readUInt32BE(at);
      at += 4 + length;
      return plain.toString('utf8', at - length, at);
    };
    for (let left = plain.readUInt32BE(0); left > 0; left--) {
      const name = text();
      headers.set(name, text());
    }
    return headers;
  }
}

/** Writes blocks without headers, which is all that a server of streams has to say: stored, not compressed. */
export class HeaderWriter {
  private begun = false;

  empty(): Buffer {
    // The empty block after it is a flush: Go's reader hands out nothing before one.
    const stored = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
    if (this.begun) return stored;
    this.begun = true;
    return Buffer.concat([Buffer.from([0x78, 0x01]), stored]);
  }
}

function sized(word: string): Buffer {
  const made = Buffer.alloc(4 + word.length);
  made.writeUInt32BE(word.length);
  made.write(word, 4, 'latin1');
  return made;
}
