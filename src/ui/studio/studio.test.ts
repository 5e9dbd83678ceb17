import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { starterLesson } from '../../lessons/starter.ts';
import glossary from '../messages/glossary.json' with { type: 'json' };
import { folderOf, freeSlug, importFiles, LIMITS, packFolder, pathsOf, slugFrom } from './draft.ts';
import { en } from './words.en.ts';
import { ko } from './words.ko.ts';
import { zhCN } from './words.zh-CN.ts';
import { readZip, writeZip } from './zip.ts';

const folder = { slug: 'my-lesson', texts: starterLesson(3) };

describe('a lesson as a zip', () => {
  it('comes back as the folder that went in', async () => {
    const packed = packFolder(folder);
    const back = await importFiles([new File([packed], 'download (1).zip')]);
    expect(back).toEqual(folder);
    expect(packFolder(back)).toEqual(packed);
  });

  it('is read by other programs as well', () => {
    if (!existsSync('/usr/bin/python3')) return;
    const place = mkdtempSync(join(tmpdir(), 'hopscope-zip-'));
    writeFileSync(join(place, 'a.zip'), packFolder(folder));
    const script = 'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip());print(*z.namelist())';
    const said = execFileSync('/usr/bin/python3', ['-c', script, join(place, 'a.zip')], { encoding: 'utf8' });
    rmSync(place, { recursive: true });
    expect(said).toBe(
      `None\n${pathsOf(folder)
        .map((path) => `my-lesson/${path}`)
        .join(' ')}\n`,
    );
  });

  it('takes nothing that is not part of a lesson', () => {
    const entries = [
      'a/lesson.yaml',
      'a/en.md',
      'a/files/web.yaml',
      'a/x.js',
      'a/files/../../etc',
      'b/ko.md',
      'a/files/.x',
    ];
    const taken = folderOf(
      entries.map((path) => ({ path, text: path })),
      'x',
    );
    expect(taken.slug).toBe('a');
    expect(Object.keys(taken.texts).sort()).toEqual(['en.md', 'files/web.yaml', 'lesson.yaml']);
  });

  it('that unpacks to more than it says is refused before it is unpacked', async () => {
    const packed = deflateRawSync(new Uint8Array(64 * LIMITS.bytes));
    const [stored] = [writeZip([{ path: 'lesson.yaml', text: 'x'.repeat(packed.length) }])];
    stored.set(packed, 30 + 'lesson.yaml'.length);
    new DataView(stored.buffer).setUint16(30 + 'lesson.yaml'.length + packed.length + 10, 8, true);
    await expect(readZip(stored, LIMITS)).rejects.toThrow('too large');
  });

  it('that is cut off, or points outside of itself, is refused as broken', async () => {
    const whole = writeZip([{ path: 'lesson.yaml', text: 'order: 1' }]);
    const outside = whole.slice();
    const end = outside.length - 22;
    new DataView(outside.buffer).setUint32(
      new DataView(outside.buffer).getUint32(end + 16, true) + 42,
      0xfffffff0,
      true,
    );
    const elsewhere = whole.slice();
    new DataView(elsewhere.buffer).setUint32(end + 16, 0x7fffffff, true);
    const noText = whole.slice();
    noText.fill(0xff, 30 + 'lesson.yaml'.length, 34 + 'lesson.yaml'.length);
    for (const bytes of [outside, elsewhere, noText])
      await expect(readZip(bytes, LIMITS)).rejects.toMatchObject({ why: 'brokenArchive' });
    await expect(readZip(whole.slice(0, 40), LIMITS)).rejects.toMatchObject({ why: 'noArchive' });
  });

  it('that is none, or holds none, is refused', async () => {
    await expect(importFiles([new File(['hello'], 'a.zip')])).rejects.toThrow('no zip archive');
    await expect(importFiles([new File([writeZip([])], 'a.zip')])).rejects.toThrow('no lesson.yaml');
    const many = Array.from({ length: LIMITS.files + 1 }, (_, index) => ({ path: `files/${index}`, text: '' }));
    await expect(readZip(writeZip(many), LIMITS)).rejects.toThrow('too many files');
  });
});

describe('names', () => {
  it('are such as folders have, and each is taken once', () => {
    expect(slugFrom('ExternalName Service!')).toBe('externalname-service');
    expect(slugFrom('서비스')).toBe('lesson');
    expect(freeSlug('dns', ['dns', 'dns-2'])).toBe('dns-3');
  });
});

describe('the words of the Studio', () => {
  it.each([
    ['zh-CN', zhCN, glossary['zh-CN'].never],
    ['ko', ko, glossary.ko.never],
  ] as const)('keep to the glossary in %s', (_, words, never) => {
    const texts = Object.values(words).map((value) =>
      typeof value === 'function' ? String(value(2 as never)) : value,
    );
    expect(texts.filter((text) => text === '' || never.some((word) => text.includes(word)))).toEqual([]);
    expect(Object.keys(words)).toEqual(Object.keys(en));
  });
});
