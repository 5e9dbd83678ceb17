import { add, https, json, replace, secure, type WhyCase } from './case.ts';
import { PRINTED } from './printed-pair.ts';

/** Keys, certificates, and the protocol that is spoken. */
export const TLS: readonly WhyCase[] = [
  {
    name: 'https to an http port',
    setup: json('service', 'my-nginx', replace('/spec/ports/0/port', 443), add('/spec/ports/0/targetPort', 80)),
    request: 'kubectl exec client -- curl -sS https://my-nginx',
    code: 'tls.plain',
    last: 'port.speaks-plain',
    fix: 'ask.http',
  },
  {
    name: 'crash loop: the Secret lacks the key',
    setup: https('--from-file=nginx.crt=a.crt --from-file=tls.key=a.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'secret.key-missing',
    field: 'data',
    fix: 'key.copy',
  },
  {
    name: 'crash loop: the private key is cut short',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=short.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'key.broken',
    field: 'data.nginx.key',
    fix: 'keys.renew',
  },
  {
    name: 'crash loop: the private key of another certificate',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=b.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'key.mismatched',
    field: 'data.nginx.key',
    fix: 'keys.renew',
  },
  {
    name: 'a certificate that nobody vouches for',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key'),
    wait: 30,
    request: 'kubectl exec client -- curl -sS --max-time 3 https://web',
    code: 'tls.distrust',
    last: 'certificate.self-signed',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'a certificate that has run out',
    setup: `kubectl apply -f - <<'END'
${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'printed' }, data: { 'nginx.crt': PRINTED.certificate, 'nginx.key': PRINTED.key } })}
END
${https('--from-literal=unused=1').replace('"secretName":"web-keys"', '"secretName":"printed"')}
kubectl get secret printed -o jsonpath='{.data.nginx\\.crt}' | base64 -d > printed.crt
${json('service', 'web', replace('/spec/type', 'NodePort'), add('/spec/ports/0/nodePort', 30443))}`,
    wait: 30,
    request: 'curl -sS --max-time 3 --cacert printed.crt https://104.197.41.11:30443',
    code: 'tls.distrust',
    last: 'certificate.expired',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'a certificate of another name',
    setup: `${https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key')}
${json('service', 'web', replace('/spec/type', 'NodePort'), add('/spec/ports/0/nodePort', 30443))}`,
    wait: 30,
    request: 'curl -sS --max-time 3 --cacert a.crt https://104.197.41.11:30443',
    code: 'tls.distrust',
    last: 'certificate.other-name',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'http to an https port',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key'),
    wait: 30,
    request: 'kubectl exec client -- curl -ksS --max-time 3 http://web:443',
    code: 'client.receive',
    last: 'port.speaks-tls',
    field: 'spec.ports',
    fix: 'ask.https',
  },
];
