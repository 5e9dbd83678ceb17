import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument, Reader } from './document.ts';

/** The documents, what cluster each is about, and the manifests it prints. */
const DOCUMENTS: readonly {
  readonly name: string;
  readonly cluster: string;
  readonly files: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'gce-tls',
    cluster: 'gce',
    files: {
      'run-my-nginx.yaml': 'run-my-nginx.yaml',
      'nginxsecrets.yaml': 'nginxsecrets-tls.yaml',
      'nginx-secure-app.yaml': 'nginx-secure-app.yaml',
      'curlpod.yaml': 'curlpod.yaml',
    },
  },
  {
    name: 'gce-opaque',
    cluster: 'gce',
    files: {
      'run-my-nginx.yaml': 'run-my-nginx.yaml',
      'nginxsecrets.yaml': 'nginxsecrets-opaque.yaml',
      'nginx-secure-app.yaml': 'nginx-secure-app-opaque.yaml',
      'curlpod.yaml': 'curlpod.yaml',
    },
  },
  {
    name: 'gce-make-secret',
    cluster: 'gce',
    files: {
      'run-my-nginx.yaml': 'run-my-nginx.yaml',
      'nginx-secure-app.yaml': 'nginx-secure-app-opaque.yaml',
      'curlpod.yaml': 'curlpod.yaml',
    },
  },
  { name: 'gce-first-steps', cluster: 'gce', files: { 'run-my-nginx.yaml': 'run-my-nginx.yaml' } },
  {
    name: 'tencent',
    cluster: 'tencent',
    files: {
      'run-my-nginx.yaml': 'run-my-nginx.yaml',
      'nginxsecrets.yaml': 'nginxsecrets-cut.yaml',
      'nginx-secure-app.yaml': 'nginx-secure-app.yaml',
      'my-nginx-lb.yaml': 'my-nginx-lb.yaml',
    },
  },
  { name: 'aws', cluster: 'aws', files: { 'nginx-secure-app.yaml': 'nginx-secure-app-opaque.yaml' } },
];

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8');
}

describe('the documents of the tutorial, command by command', () => {
  it.each(DOCUMENTS)('$name', async ({ name, cluster, files }) => {
    const reader = new Reader(cluster);
    await reader.ready(files);
    expect(await reader.follow(textOf(name))).toEqual([]);
  });

  it('says what was not printed', async () => {
    const reader = new Reader('gce');
    await reader.ready({});
    expect(parseDocument(textOf('gce-tls')).length).toBeGreaterThan(40);
    expect(await reader.follow('$ echo one two\none two\none three\n')).toEqual([
      { line: 1, command: 'echo one two', expected: 'one three', output: 'one two\n' },
    ]);
  });
});
