import { describe, expect, it } from 'vitest';
import { keysOf } from './keys.ts';
import { runEx } from './vi-commands.ts';
import { ViModes } from './vi-modes.ts';

/** The text after typing keys; what stands behind `:` and Enter runs. */
function typed(text: string, keys: string): { text: string; at: string; message: string } {
  const modes = new ViModes(text);
  let { message } = modes;
  for (const key of keysOf(keys)) {
    modes.key(key);
    if (modes.command !== undefined) {
      message = runEx(modes.buffer, modes.command).message ?? '';
      modes.command = undefined;
    } else message = modes.message;
  }
  return { text: modes.buffer.text, at: `${modes.buffer.line + 1},${modes.buffer.column + 1}`, message };
}

describe('vi', () => {
  it.each([
    ['one\n', 'ihello \u001b', 'hello one\n'],
    ['one\n', 'A two\u001b', 'one two\n'],
    ['one\n', 'otwo\rthree\u001b', 'one\ntwo\nthree\n'],
    ['one\ntwo\n', 'Ozero\u001b', 'zero\none\ntwo\n'],
    ['abcdef\n', '2x', 'cdef\n'],
    ['a b c\n', 'dw', 'b c\n'],
    ['a b c\n', 'wD', 'a \n'],
    ['image: nginx:1.7\n', 'f1C1.9\u001b', 'image: nginx:1.9\n'],
    ['foo bar\n', 'cwbaz\u001b', 'baz bar\n'],
    ['name: "old"\n', 'ci"new\u001b', 'name: "new"\n'],
    ['1\n2\n3\n4\n', 'dd', '2\n3\n4\n'],
    ['1\n2\n3\n4\n', '2ddp', '3\n1\n2\n4\n'],
    ['1\n2\n', 'yyjp', '1\n2\n1\n'],
    ['1\n2\n3\n', 'dG', ''],
    ['1\n2\n3\n', 'ddu', '1\n2\n3\n'],
    ['1\n2\n3\n', 'ddu\u0012', '2\n3\n'],
    ['1\n2\n3\n', 'dd.', '3\n'],
    ['a\nb\n', 'ix\u001bj.', 'xa\nxb\n'],
    ['replicas: 2\n', '$r5', 'replicas: 5\n'],
    ['one\ntwo\n', 'J', 'one two\n'],
    ['a b\na b\n', ':%s/a/x/g\r', 'x b\nx b\n'],
    ['a a\na a\n', ':s/a/x/\r', 'x a\na a\n'],
    ['a/b\n', ':s#a/#x\\/#\r', 'x/b\n'],
    ['port: 80\n', ':%s/\\([0-9]*\\)$/\\10/\r', 'port: 800\n'],
    ['1\n2\n3\n', ':2\rdd', '1\n3\n'],
    ['1\n2\n3\n', ':1,2d\r', '3\n'],
    ['one two\nthree two\n', '/two\rnx', 'one two\nthree wo\n'],
    ['a\nb\nc\n', 'Vjd', 'c\n'],
    ['abc\n', 'vld', 'c\n'],
    ['a\nb\n', '>>', '\ta\nb\n'],
    ['abc\n', '~', 'Abc\n'],
    ['', 'ihi\u001b', 'hi\n'],
    ['f(a, b)\n', 'f(ci(x\u001b', 'f(x)\n'],
  ])('%j, typed %j', (before, keys, after) => {
    expect(typed(before, keys).text).toBe(after);
  });

  it('says what it does not know, and what it does not find', () => {
    expect(typed('a\n', ':foo\r').message).toBe('E492: Not an editor command: foo');
    expect(typed('a\n', '/zzz\r').message).toBe('E486: Pattern not found: zzz');
    expect(typed('a\n', ':9d\r').message).toBe('E16: Invalid range');
  });

  it('moves as vi does', () => {
    expect(typed('one two\nthree\n', 'w').at).toBe('1,5');
    expect(typed('one two\nthree\n', 'ww').at).toBe('2,1');
    expect(typed('one two\nthree\n', 'e').at).toBe('1,3');
    expect(typed('one two\nthree\n', 'G$').at).toBe('2,5');
    expect(typed('one two\nthree\n', 'Gb').at).toBe('1,5');
    expect(typed('{\n  a\n}\n', '%').at).toBe('3,1');
  });
});
