import type { Layer } from '../machines/memory-fs.ts';

/**
 * What the tutorial's https example brings along: a Makefile whose `keys` makes a key and a certificate for the Service `my-nginx` and
 * whose `secret` writes both as an Opaque Secret, and the configuration of nginx that becomes a ConfigMap.
 */
export function httpsExample(folder: string): Layer {
  return {
    [`${folder}/Makefile`]: `# Keys for an nginx that serves https, and a Secret that carries them.
KEY = /tmp/nginx.key
CERT = /tmp/nginx.crt
SECRET = /tmp/secret.json

.PHONY: all keys secret clean

all: keys secret

# The CN has to be the name of the Service that clients ask for.
keys:
\topenssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout $(KEY) -out $(CERT) -subj "/CN=my-nginx/O=my-nginx"

secret:
\t./make-secret.sh $(CERT) $(KEY) > $(SECRET)

clean:
\trm -f $(KEY) $(CERT) $(SECRET)
`,
    [`${folder}/make-secret.sh`]: {
      mode: 0o755,
      text: `#!/bin/sh
# Prints a Secret that holds a certificate and its key: make-secret.sh CERT KEY
cat <<END
{
  "kind": "Secret",
  "apiVersion": "v1",
  "metadata": {
    "name": "nginxsecret"
  },
  "data": {
    "nginx.crt": "$(base64 -w 0 "$1")",
    "nginx.key": "$(base64 -w 0 "$2")"
  }
}
END
`,
    },
    [`${folder}/default.conf`]: `server {
    listen 80 default_server;
    listen 443 ssl;

    server_name localhost;
    root /usr/share/nginx/html;
    index index.html;

    ssl_certificate /etc/nginx/ssl/tls.crt;
    ssl_certificate_key /etc/nginx/ssl/tls.key;

    location / {
        try_files $uri $uri/ =404;
    }
}
`,
  };
}
