import { expect, it } from 'vitest';
import { Session } from './session.ts';

async function ran(...lines: string[]): Promise<string> {
  const session = new Session();
  await session.ready();
  return (await session.script(lines.join('\n'))).output;
}

it('hello-app says its version and its pod, and logs', async () => {
  const output = await ran(
    'kubectl create deployment hello --image=gcr.io/google-samples/hello-app:2.0 --port=8080',
    'kubectl expose deployment hello --type=NodePort --port=80 --target-port=8080',
    'sleep 10',
    `curl -s http://104.197.41.11:$(kubectl get svc hello -o jsonpath='{.spec.ports[0].nodePort}')/x`,
    'kubectl logs deploy/hello',
  );
  expect(output).toMatch(
    /Hello, world!\nVersion: 2\.0\.0\nHostname: hello-\w+-\w+\n\d{4}\/\d\d\/\d\d [\d:]{8} Server listening on port 8080\n.* Serving request: \/x\n$/,
  );
});

it('agnhost answers over HTTP and UDP, and asks others', async () => {
  const output = await ran(
    'kubectl run one --image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- netexec --http-port=80',
    'kubectl run two --image=registry.k8s.io/e2e-test-images/agnhost:2.53 -- serve-hostname --udp',
    'sleep 15',
    "ONE=$(kubectl get pod one -o jsonpath='{.status.podIP}') TWO=$(kubectl get pod two -o jsonpath='{.status.podIP}')",
    'ssh kubernetes-minion-905m "curl -s $ONE/hostname; echo; curl -s $ONE/echo?msg=hi; echo; curl -s $TWO:9376; echo"',
    'ssh kubernetes-minion-905m "echo -n hostname | nc -u -w 1 $ONE 8081; echo; echo -n x | nc -u -w 1 $TWO 9376; echo"',
    'ssh kubernetes-minion-905m "curl -s \'$ONE/dial?host=$TWO&port=9376&request=hostname&tries=2\'; echo"',
  );
  expect(output.split('\n').slice(-7)).toEqual(['one', 'hi', 'two', 'one', 'two', '{"responses":["two","two"]}', '']);
});

it('redis keeps what it is told, from pod to pod', async () => {
  const output = await ran(
    'kubectl create deployment redis --image=redis:7 --port=6379',
    'kubectl expose deployment redis',
    'sleep 12',
    'kubectl exec deploy/redis -- redis-cli -h redis set greeting "hello there"',
    'kubectl exec deploy/redis -- redis-cli get greeting',
    'kubectl exec deploy/redis -- redis-cli ping',
    'kubectl exec deploy/redis -- redis-cli incr greeting',
    'kubectl exec deploy/redis -- redis-cli -h nowhere ping',
    'kubectl logs deploy/redis | tail -1 | cut -d"*" -f2',
  );
  expect(output.split('\n').slice(-8)).toEqual([
    'OK',
    'hello there',
    'PONG',
    'ERR value is not an integer or out of range',
    'Could not connect to Redis at nowhere:6379: Name or service not known',
    'command terminated with exit code 1',
    ' Ready to accept connections tcp',
    '',
  ]);
});

it('httpd works', async () => {
  const output = await ran(
    'kubectl run web --image=httpd:2.4',
    'sleep 12',
    "IP=$(kubectl get pod web -o jsonpath='{.status.podIP}')",
    'ssh kubernetes-minion-905m "curl -s $IP; curl -s -o /dev/null -w \'%{http_code}\\n\' $IP/nope"',
    'kubectl logs web | tail -1',
  );
  expect(output).toContain('<html><body><h1>It works!</h1></body></html>\n404\n');
  expect(output).toMatch(/\[20\/Nov\/2026:09:\d\d:\d\d \+0000\] "GET \/nope HTTP\/1\.1" 404 196\n$/);
});

it('an nginx of a tag is of that version', async () => {
  const output = await ran(
    'kubectl run old --image=nginx:1.14.2',
    'kubectl run new --image=nginx:1.29-alpine',
    'sleep 12',
    'kubectl exec old -- nginx -v; kubectl exec new -- nginx -v',
    'kubectl run never --image=nginx:0.1; sleep 20; kubectl get events | grep -c "docker.io/library/nginx:0.1: not found"',
  );
  expect(output).toContain('nginx version: nginx/1.14.2\nnginx version: nginx/1.29.1\n');
  expect(output).toMatch(/\n[1-9]\n$/);
});

it('the https image reads its configuration again once the kubelet has brought a new one', async () => {
  const output = await ran(
    'make keys >/dev/null 2>&1; kubectl create secret tls keys --key /tmp/nginx.key --cert /tmp/nginx.crt',
    'kubectl create configmap conf --from-file=default.conf',
    'kubectl create deployment web --image=bprashanth/nginxhttps:1.0 --dry-run=client -o yaml > web.yaml',
    `cat > volumes.txt <<'END'
        volumeMounts:
        - {name: keys, mountPath: /etc/nginx/ssl}
        - {name: conf, mountPath: /etc/nginx/conf.d}
      volumes:
      - {name: keys, secret: {secretName: keys}}
      - {name: conf, configMap: {name: conf}}
END`,
    "sed -i '/resources/d; /status/d; /strategy/d; /creationTimestamp/d' web.yaml; cat web.yaml volumes.txt | kubectl apply -f -; sleep 15",
    "IP=$(kubectl get pods -l app=web -o jsonpath='{.items[0].status.podIP}')",
    'ssh kubernetes-minion-905m "curl -sk https://$IP/x | head -2 | tail -1"',
    `sed -i 's/try_files.*/return 200 "changed";/' default.conf`,
    'kubectl create configmap conf --from-file=default.conf --dry-run=client -o yaml | kubectl replace -f -',
    'ssh kubernetes-minion-905m "curl -sk https://$IP/x | head -2 | tail -1"; sleep 95; ssh kubernetes-minion-905m "curl -sk https://$IP/x"; echo',
    "kubectl get pods -l app=web -o jsonpath='{.items[0].status.containerStatuses[0].restartCount}'",
  );
  expect(output).toMatch(/404 Not Found[^\n]*\nconfigmap\/conf replaced\n[^\n]*404 Not Found[^\n]*\nchanged\n0$/);
});
