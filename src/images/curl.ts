import { BUSYBOX, type Image } from './image.ts';

export const curlImage: Image = {
  repositories: ['curlimages/curl'],
  tags: 'any',
  sizeBytes: 9_720_417,
  env: [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['CURL_CA_BUNDLE', '/cacert.pem'],
  ],
  entrypoint: ['/entrypoint.sh'],
  cmd: ['curl'],
  user: 'curl_user',
  workdir: '/home/curl_user',
  files: { '/entrypoint.sh': { text: '#!/bin/sh\nexec "$@"\n', mode: 0o755 }, '/home/curl_user/': '' },
  programs: [...BUSYBOX, 'curl'],
  shell: 'sh',
  prompt: '~ $ ',
  pullMs: 1900,
};
