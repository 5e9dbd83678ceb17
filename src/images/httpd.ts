import { DEBIAN_SLIM, type Image } from './image.ts';

export const httpd: Image = {
  repositories: ['library/httpd'],
  tags: ['latest', '2', '2.4', '2.4.63', 'bookworm', '2.4-alpine', 'alpine'],
  sizeBytes: 56_402_310,
  env: [
    ['PATH', '/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HTTPD_PREFIX', '/usr/local/apache2'],
    ['HTTPD_VERSION', '2.4.63'],
    ['HTTPD_PATCHES', ''],
  ],
  entrypoint: [],
  cmd: ['/usr/local/bin/httpd-foreground'],
  exposed: ['80/tcp'],
  workdir: '/usr/local/apache2',
  files: {
    '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n',
    '/usr/local/bin/httpd-foreground': {
      text: '#!/bin/sh\nset -e\n\n# Apache gets grumpy about PID files pre-existing\nrm -f /usr/local/apache2/logs/httpd.pid\n\nexec httpd -DFOREGROUND "$@"\n',
      mode: 0o755,
    },
  },
  programs: [...DEBIAN_SLIM, 'httpd'],
  shell: 'bash',
  prompt: 'root@$HOSTNAME:\\w# ',
  pullMs: 2300,
};
