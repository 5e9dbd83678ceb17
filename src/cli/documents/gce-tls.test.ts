import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Reader } from './document.ts';

it('the document with a TLS Secret and a ConfigMap', async () => {
  const reader = new Reader('gce');
  await reader.ready({
    'run-my-nginx.yaml': 'run-my-nginx.yaml',
    'nginx-secure-app.yaml': 'nginx-secure-app.yaml',
    'curlpod.yaml': 'curlpod.yaml',
  });
  expect(await reader.follow(readFileSync(new URL('gce-tls.txt', import.meta.url), 'utf8'))).toEqual([]);
});
