import { DEBIAN_SLIM, type Image } from './image.ts';

export const redis: Image = {
  repositories: ['library/redis'],
  tags: ['latest', '7', '7.4', '7.4.5', '7.2', '6', 'alpine', '7-alpine', '6-alpine'],
  sizeBytes: 45_006_722,
  env: [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['REDIS_VERSION', '7.4.5'],
  ],
  entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
  cmd: ['redis-server'],
  exposed: ['6379/tcp'],
  workdir: '/data',
  files: {
    '/data/': '',
    '/usr/local/bin/docker-entrypoint.sh': { text: '#!/bin/sh\nexec "$@"\n', mode: 0o755 },
  },
  programs: [...DEBIAN_SLIM, 'redis-server', 'redis-cli'],
  shell: 'bash',
  prompt: 'root@$HOSTNAME:\\w# ',
  pullMs: 2100,
};
