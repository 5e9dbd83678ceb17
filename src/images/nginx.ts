import { DEBIAN_SLIM, type Image } from './image.ts';

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
};

export const nginx: Image = {
  repositories: ['library/nginx'],
  tags: [
    'latest',
    'mainline',
    'stable',
    'alpine',
    '1',
    '1.29',
    '1.29.1',
    '1.28',
    '1.27',
    '1.27.5',
    '1.26',
    '1.25',
    '1.25.5',
    '1.24',
    '1.23',
    '1.22',
    '1.21',
    '1.20',
    '1.19',
    '1.18',
    '1.17',
    '1.16',
    '1.16.1',
    '1.15',
    '1.14',
    '1.14.2',
    '1.13',
    '1.12',
    '1.9.1',
    '1.7.9',
    '1.27-alpine',
    '1.29-alpine',
    'stable-alpine',
  ],
  sizeBytes: 72_324_501,
  env: [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['NGINX_VERSION', '1.29.1'],
    ['NJS_VERSION', '0.9.1'],
    ['NJS_RELEASE', '1~bookworm'],
    ['PKG_RELEASE', '1~bookworm'],
    ['DYNPKG_RELEASE', '1~bookworm'],
  ],
  entrypoint: ['/docker-entrypoint.sh'],
  cmd: ['nginx', '-g', 'daemon off;'],
  exposed: ['80/tcp'],
  files: FILES,
  programs: [...DEBIAN_SLIM, 'nginx', 'curl'],
  shell: 'bash',
  prompt: 'root@$HOSTNAME:\\w# ',
  pullMs: 2600,
};

/** The image of the tutorial's https example: nginx that takes its configuration and its keys from mounts. */
export const nginxHttps: Image = {
  ...nginx,
  repositories: ['bprashanth/nginxhttps'],
  tags: ['1.0'],
  sizeBytes: 50_604_388,
  env: [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['NGINX_VERSION', '1.9.2-1~jessie'],
  ],
  entrypoint: [],
  cmd: ['/home/auto-reload-nginx.sh'],
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
    '/home/auto-reload-nginx.sh': { text: '#!/bin/sh\nexec nginx -g "daemon off;"\n', mode: 0o755 },
  },
  pullMs: 2400,
};
