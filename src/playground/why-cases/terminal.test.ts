import { beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../session.ts';
import { pass } from '../what-if.ts';

const MANIFEST = `apiVersion: v1
kind: Service
metadata:
  name: my-nginx
spec:
  ports:
  - port: 80
  selector:
    app: my-ngnix
`;

describe('hopscope in the terminal', () => {
  let base: Session;
  beforeAll(async () => {
    base = new Session({});
    await base.ready(`kubectl create deployment my-nginx --image=nginx --replicas=2 --port=80
kubectl run client --image=radial/busyboxplus:curl --command -- sleep 1000000
kubectl wait --for=condition=Ready pod --all --timeout=60s`);
  });
  const fork = async () => {
    const session = base.fork();
    await session.ready();
    await pass(session.sim, 300);
    return session;
  };

  it('explains, tries on a copy, and mends the file that was wrong', async () => {
    const session = await fork();
    session.laptop.fs.write('/home/learner/my-svc.yaml', MANIFEST);
    await session.script('kubectl apply -f my-svc.yaml; sleep 2; kubectl exec client -- curl -sS http://my-nginx');
    const why = await session.script('hopscope why');
    expect(why.output).toContain('curl -sS http://my-nginx failed');
    expect(why.output).toContain('Service my-nginx, spec.selector.app   my-svc.yaml:9');
    expect(why.output).toContain('- app: my-ngnix\n     + app: my-nginx');
    const tried = await session.script('hopscope try 1');
    expect(tried.status, tried.output).toBe(0);
    expect(session.laptop.fs.read('/home/learner/my-svc.yaml')).toBe(MANIFEST);
    const fixed = await session.script('hopscope fix; sleep 1; kubectl exec client -- curl -sS http://my-nginx');
    expect(fixed.output).toContain('Welcome to nginx!');
    expect(session.laptop.fs.read('/home/learner/my-svc.yaml')).toBe(MANIFEST.replace('my-ngnix', 'my-nginx'));
  });

  it('says it in the language of the shell', async () => {
    const session = await fork();
    await session.script('kubectl exec client -- curl -sS http://nowhere');
    expect((await session.script('LANG=zh_CN.UTF-8 hopscope why')).output).toContain('没有叫 nowhere');
    expect((await session.script('LANG=ko_KR.UTF-8 hopscope why')).output).toContain('이름이 nowhere');
  });

  it('tells a journey hop by hop, there and back', async () => {
    const session = await fork();
    await session.script('kubectl expose deployment my-nginx; sleep 1');
    const { output } = await session.script('hopscope trace kubectl exec client -- curl -sS http://my-nginx');
    expect(output).toMatch(/asks for my-nginx\.default\.svc\.cluster\.local\. A/);
    expect(output).toMatch(/KUBE-SVC-\w+ of default\/my-nginx chooses 10\.244\.\d\.\d+:80, one of 2/);
    expect(output).toMatch(/DNAT\n[\s\S]*back\n[\s\S]*the answer arrives: 200 OK/);
  });

  it('knows why a variable is empty: the pod is older than the Service', async () => {
    const session = await fork();
    await session.script('kubectl expose deployment my-nginx; sleep 1');
    const line = "kubectl exec client -- sh -c 'curl -sS http://$MY_NGINX_SERVICE_HOST'";
    expect((await session.script(line)).status).not.toBe(0);
    const why = await session.script('hopscope why');
    expect(why.output).toContain('MY_NGINX_SERVICE_HOST is empty: pod client is older than Service my-nginx');
    await session.script('hopscope fix; kubectl wait --for=condition=Ready pod/client');
    expect((await session.script(line)).output).toContain('Welcome to nginx!');
  });

  it('has nothing to explain where nothing failed, and says what it can do', async () => {
    const session = await fork();
    expect((await session.script('hopscope why')).output).toBe('No request has failed yet.\n');
    expect((await session.script('hopscope')).output).toContain('hopscope trace COMMAND');
    expect((await session.script('hopscope try 1')).status).toBe(1);
    expect((await session.script('hopscope codes')).output).toContain('selector.no-match');
  });
});
