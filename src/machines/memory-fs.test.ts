import { describe, expect, it } from 'vitest';
import { FileError } from './filesystem.ts';
import { type Layer, MemoryFs } from './memory-fs.ts';

const LAYERS: readonly Layer[] = [
  {
    '/etc/motd': 'hello\n',
    '/etc/nginx/nginx.conf': { text: () => 'events {}\n', modified: 1_000 },
    '/var/log/nginx/access.log': { link: '/dev/null' },
    '/srv/': { mode: 0o700 },
  },
];

const machine = (now = () => 5_000) => new MemoryFs({ now, layers: LAYERS });

describe('machines made from the same layers', () => {
  it('see the same files until one of them writes', () => {
    const [a, b] = [machine(), machine()];
    a.write('/etc/motd', 'changed\n');
    a.write('/etc/nginx/conf.d.txt', 'new\n');
    expect(a.read('/etc/motd')).toBe('changed\n');
    expect(b.read('/etc/motd')).toBe('hello\n');
    expect(b.list('/etc/nginx')).toEqual(['nginx.conf']);
    expect(a.list('/etc/nginx')).toEqual(['conf.d.txt', 'nginx.conf']);
  });
  it('change modes, owners, times and names apart from each other', () => {
    const [a, b] = [machine(() => 9_000), machine()];
    a.chmod('/etc/motd', 0o600);
    a.chown('/etc/motd', 'nginx');
    a.touch('/etc/nginx/nginx.conf');
    a.rename('/etc/nginx', '/etc/apache');
    a.remove('/srv', { recursive: true });
    expect(a.stat('/etc/motd')).toMatchObject({ mode: 0o600, owner: 'nginx' });
    expect(b.stat('/etc/motd')).toMatchObject({ mode: 0o644, owner: 'root' });
    expect(a.stat('/etc/apache/nginx.conf').modified).toBe(9_000);
    expect(b.stat('/etc/nginx/nginx.conf').modified).toBe(1_000);
    expect(b.exists('/srv')).toBe(true);
    expect(() => a.stat('/etc/nginx')).toThrow(FileError);
  });
  it('follow the links of a layer', () => {
    const a = machine();
    a.write('/var/log/nginx/access.log', 'gone\n');
    expect(a.read('/var/log/nginx/access.log')).toBe('');
    expect(a.lstat('/var/log/nginx/access.log').target).toBe('/dev/null');
  });
  it('mount volumes over them', () => {
    const [a, b] = [machine(), machine()];
    a.mount('/etc/nginx', new Map([['default.conf', { text: 'x', mode: 0o644 }]]), { readOnly: true, atomic: true });
    expect(a.read('/etc/nginx/default.conf')).toBe('x');
    expect(() => a.write('/etc/nginx/y', '')).toThrow('Read-only file system');
    expect(b.list('/etc/nginx')).toEqual(['nginx.conf']);
  });
  it('share one tree, yet each has its own volumes, and makes their files when somebody looks', () => {
    let made = 0;
    const token = (text: string) => () => {
      made++;
      return new Map([['token', { text, mode: 0o644 }]]);
    };
    const [a, b, none] = [machine(), machine(), machine()];
    const options = { readOnly: true, atomic: true };
    a.mount('/var/run/secrets', token('of a'), options);
    b.mount('/var/run/secrets', token('of b'), options);
    expect(a.list('/var/run')).toEqual(['secrets']);
    expect(made).toBe(0);
    expect(a.read('/var/run/secrets/token')).toBe('of a');
    expect(b.read('/var/run/secrets/token')).toBe('of b');
    expect(b.lstat('/var/run/secrets/token').target).toBe('..data/token');
    expect(b.stat('/var/run')).toMatchObject({ type: 'directory', modified: 5_000 });
    expect(none.exists('/var/run')).toBe(false);
    b.mount('/var/run/secrets', token('newer'), options);
    expect(b.read('/var/run/secrets/token')).toBe('newer');
    expect(made).toBe(3);
  });
  it('mount a volume within a volume', () => {
    const a = machine();
    a.mount('/data', new Map([['x', { text: 'x', mode: 0o644 }]]), { readOnly: false, atomic: false });
    a.mount('/data/inner', new Map([['y', { text: 'y', mode: 0o644 }]]), { readOnly: false, atomic: false });
    a.write('/data/z', 'z');
    expect(a.list('/data')).toEqual(['inner', 'x', 'z']);
    expect(a.read('/data/inner/y')).toBe('y');
  });
  it('have files of their own at the same paths', () => {
    const named = (name: string) =>
      new MemoryFs({ now: () => 5_000, layers: LAYERS, own: { '/etc/hostname': () => `${name}\n` } });
    const [a, b] = [named('a'), named('b')];
    expect([a.read('/etc/hostname'), b.read('/etc/hostname')]).toEqual(['a\n', 'b\n']);
    expect(a.stat('/etc/hostname').size).toBe(2);
    a.write('/etc/hostname', 'c\n', { append: true });
    a.rename('/etc/hostname', '/etc/name');
    expect(a.read('/etc/name')).toBe('a\nc\n');
    b.rename('/etc/hostname', '/etc/name');
    expect(b.read('/etc/name')).toBe('b\n');
  });
});
