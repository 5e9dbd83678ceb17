import { BUSYBOX, DEBIAN_SLIM, type Image } from './image.ts';

/** The page that a fresh nginx serves. */
const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const NGINX_CONF = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

const DEFAULT_CONF = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const FILES = {
  '/etc/nginx/nginx.conf': NGINX_CONF,
  '/etc/nginx/conf.d/default.conf': DEFAULT_CONF,
  '/etc/nginx/mime.types':
    'types {\n    text/html html htm;\n    text/css css;\n    text/plain txt;\n    application/json json;\n    application/javascript js;\n}\n',
  '/usr/share/nginx/html/index.html': WELCOME,
  '/usr/share/nginx/html/50x.html':
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
  '/docker-entrypoint.sh': { text: '#!/bin/sh\nexec "$@"\n', mode: 0o755 },
  '/var/log/nginx/': '',
  '/run/': '',
};

interface Release {
  readonly version: string;
  readonly njs: string;
  readonly debian: string;
  readonly size: number;
  /** Tags of the Debian variant; each has an `-alpine` sister. */
  readonly tags: readonly string[];
}

const RELEASES: readonly Release[] = [
  {
    version: '1.29.1',
    njs: '0.9.1',
    debian: 'bookworm',
    size: 72_324_501,
    tags: ['latest', 'mainline', '1', '1.29', '1.29.1'],
  },
  { version: '1.28.0', njs: '0.8.10', debian: 'bookworm', size: 72_398_894, tags: ['stable', '1.28', '1.28.0'] },
  { version: '1.27.5', njs: '0.8.10', debian: 'bookworm', size: 72_404_038, tags: ['1.27', '1.27.5'] },
  { version: '1.26.3', njs: '0.8.9', debian: 'bookworm', size: 71_995_120, tags: ['1.26', '1.26.3'] },
  { version: '1.25.5', njs: '0.8.4', debian: 'bookworm', size: 71_005_258, tags: ['1.25', '1.25.5'] },
  { version: '1.24.0', njs: '0.7.12', debian: 'bullseye', size: 56_889_331, tags: ['1.24', '1.24.0'] },
  { version: '1.23.4', njs: '0.7.11', debian: 'bullseye', size: 57_003_220, tags: ['1.23', '1.23.4'] },
  { version: '1.22.1', njs: '0.7.11', debian: 'bullseye', size: 56_834_110, tags: ['1.22', '1.22.1'] },
  { version: '1.21.6', njs: '0.7.3', debian: 'bullseye', size: 56_732_410, tags: ['1.21', '1.21.6'] },
  { version: '1.20.2', njs: '0.7.0', debian: 'bullseye', size: 56_665_007, tags: ['1.20', '1.20.2'] },
  { version: '1.19.10', njs: '0.5.3', debian: 'buster', size: 53_602_111, tags: ['1.19', '1.19.10'] },
  { version: '1.18.0', njs: '0.4.4', debian: 'buster', size: 53_589_004, tags: ['1.18', '1.18.0'] },
  { version: '1.17.10', njs: '0.3.9', debian: 'buster', size: 51_030_575, tags: ['1.17', '1.17.10'] },
  { version: '1.16.1', njs: '0.3.8', debian: 'buster', size: 50_757_340, tags: ['1.16', '1.16.1'] },
  { version: '1.15.12', njs: '0.3.3', debian: 'stretch', size: 44_811_029, tags: ['1.15', '1.15.12'] },
  { version: '1.14.2', njs: '0.2.6', debian: 'stretch', size: 44_710_204, tags: ['1.14', '1.14.2'] },
  { version: '1.13.12', njs: '0.2.0', debian: 'stretch', size: 44_610_008, tags: ['1.13', '1.13.12'] },
  { version: '1.12.2', njs: '0.1.15', debian: 'stretch', size: 44_309_111, tags: ['1.12', '1.12.2'] },
  { version: '1.9.1', njs: '', debian: 'jessie', size: 53_208_230, tags: ['1.9', '1.9.1'] },
  { version: '1.7.9', njs: '', debian: 'wheezy', size: 39_941_108, tags: ['1.7', '1.7.9'] },
];

function environment(release: Release, suffix: string): [string, string][] {
  return [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['NGINX_VERSION', release.njs === '' ? `${release.version}-1~${release.debian}` : release.version],
    ...(release.njs === ''
      ? []
      : ([
          ['NJS_VERSION', release.njs],
          ['PKG_RELEASE', `1${suffix}`],
        ] as [string, string][])),
  ];
}

function images(release: Release): Image[] {
  const debian: Image = {
    repositories: ['library/nginx'],
    tags: release.tags,
    sizeBytes: release.size,
    env: environment(release, `~${release.debian}`),
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    exposed: ['80/tcp'],
    files: FILES,
    programs: [...DEBIAN_SLIM, 'nginx', 'curl'],
    shell: 'bash',
    prompt: 'root@$HOSTNAME:\\w# ',
    pullMs: 2600,
  };
  const alpine: Image = {
    ...debian,
    tags: release.tags.map((tag) => (tag === 'latest' ? 'alpine' : `${tag}-alpine`)),
    sizeBytes: Math.round(release.size * 0.31),
    env: environment(release, ''),
    programs: [...BUSYBOX, 'nginx', 'curl'],
    shell: 'sh',
    prompt: '\\w # ',
    pullMs: 1500,
  };
  return [debian, alpine];
}

/** nginx as its makers ship it: each release on Debian and on Alpine. */
export const nginxReleases: readonly Image[] = RELEASES.flatMap(images);

/** Runs nginx, and lets it read its configuration again when that has changed: a ConfigMap that is mounted there may. */
const AUTO_RELOAD = `#!/bin/bash
conf=/etc/nginx/conf.d/default.conf
nginx -g 'daemon off;' &
nginx=$!
trap 'nginx -s stop' TERM
before=$(md5sum $conf)
while kill -0 $nginx 2>/dev/null; do
  sleep 5 &
  wait $!
  after=$(md5sum $conf)
  if [ "$after" != "$before" ]; then
    echo "At $(date '+%H:%M') on $(date '+%d/%m/%y'), config file update detected."
    before=$after
    nginx -t && nginx -s reload
  fi
done
wait $nginx
`;

/** The image of the tutorial's https example: nginx that takes its configuration and its keys from mounts. */
export const nginxHttps: Image = {
  repositories: ['bprashanth/nginxhttps'],
  tags: ['1.0'],
  sizeBytes: 50_604_388,
  env: [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['NGINX_VERSION', '1.9.2-1~jessie'],
  ],
  entrypoint: [],
  cmd: ['/home/auto-reload-nginx.sh'],
  exposed: ['80/tcp', '443/tcp'],
  programs: [...DEBIAN_SLIM, 'nginx', 'curl'],
  shell: 'bash',
  prompt: 'root@$HOSTNAME:\\w# ',
  files: {
    ...FILES,
    '/etc/nginx/conf.d/default.conf': `server {
        listen 80 default_server;
        listen [::]:80 default_server ipv6only=on;

        listen 443 ssl;

        root /usr/share/nginx/html;
        index index.html;

        server_name localhost;
        ssl_certificate /etc/nginx/ssl/nginx.crt;
        ssl_certificate_key /etc/nginx/ssl/nginx.key;

        location / {
                try_files $uri $uri/ =404;
        }
}
`,
    '/home/auto-reload-nginx.sh': { text: AUTO_RELOAD, mode: 0o755 },
  },
  pullMs: 2400,
};
