import type { Program } from '../../machines/process.ts';
import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import { open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

export const base64: Program = {
  name: 'base64',
  summary: 'base64 encode/decode data and print to standard output',
  *run(context) {
    const given = yield* options(context, {
      short: 'diw:D',
      long: { decode: 'd', 'ignore-garbage': 'i', 'wrap=': 'w' },
    });
    if (given === undefined) return 1;
    const [file = '-', extra] = given.operands;
    if (extra !== undefined) {
      yield* context.stderr.write(`base64: extra operand ‘${extra}’\nTry 'base64 --help' for more information.\n`);
      return 1;
    }
    const wrap = given.value('w') ?? '76';
    if (!/^\d+$/.test(wrap)) {
      yield* context.stderr.write(`base64: invalid wrap size: ‘${wrap}’\n`);
      return 1;
    }
    const input = yield* open(context, file);
    if (input === undefined) return 1;
    const text = yield* readAll(input);
    if (given.has('d') || given.has('D')) {
      const packed = given.has('i') ? text.replace(/[^A-Za-z0-9+/=]/g, '') : text.replace(/\n/g, '');
      // GNU base64 prints what could be decoded before it complains.
      const good = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(packed)?.[0] ?? '';
      yield* context.stdout.write(decodeBytes(Uint8Array.from(atob(good), (char) => char.charCodeAt(0))));
      if (good.length === packed.length) return 0;
      const left = packed.slice(good.length);
      // Half a group at the end still gives its whole bytes.
      if (/^[A-Za-z0-9+/]{2,3}$/.test(left))
        yield* context.stdout.write(decodeBytes(Uint8Array.from(atob(left), (char) => char.charCodeAt(0))));
      yield* context.stderr.write('base64: invalid input\n');
      return 1;
    }
    let binary = '';
    for (const byte of encodeBytes(text)) binary += String.fromCharCode(byte);
    const encoded = btoa(binary);
    const width = Number(wrap);
    if (width === 0) yield* context.stdout.write(encoded);
    else
      yield* context.stdout.write(
        (encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((line) => `${line}\n`).join(''),
      );
    return 0;
  },
};
