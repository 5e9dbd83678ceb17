import { expect, it } from 'vitest';
import { Session } from './session.ts';

/** Each of these was run by the real kubectl 1.33 on the same cluster, served: it prints the same. */
it('kubectl streams as the real one does', async () => {
  const session = new Session({ seed: 1 });
  await session.ready(
    'kubectl create deployment my-nginx --image=nginx --replicas=3\nkubectl run web --image=nginx\nsleep 40\n',
  );
  const run = async (line: string) => (await session.script(line)).output;
  expect(await run('echo hello | kubectl exec -i web -- cat')).toBe('hello\n');
  expect(await run(`kubectl exec web -- sh -c 'echo out; echo err >&2; exit 3'; echo "status $?"`)).toBe(
    'out\nerr\ncommand terminated with exit code 3\nstatus 3\n',
  );
  expect(await run('echo hello | kubectl run one --image=busybox -i --rm --restart=Never -- cat')).toBe(
    'If you don\'t see a command prompt, try pressing enter.\nhello\npod "one" deleted\n',
  );
  expect(await run(`kubectl run two --image=busybox -i --rm --restart=Never -- sh -c 'exit 4'; echo "status $?"`)).toBe(
    'pod "two" deleted\npod default/two terminated (Error)\nstatus 4\n',
  );
  expect(
    await run(
      `kubectl run talk --image=busybox --restart=Never -- sh -c 'echo a; sleep 2; echo b'; sleep 6; kubectl logs -f talk; kubectl delete pod talk`,
    ),
  ).toBe('pod/talk created\na\nb\npod "talk" deleted\n');
  expect(await run(`KUBE_EDITOR='sed -i s/replicas:.3/replicas:\\ 2/' kubectl edit deployment my-nginx`)).toBe(
    'deployment.apps/my-nginx edited\n',
  );
  expect(await run('KUBE_EDITOR=true kubectl edit deployment my-nginx')).toBe('Edit cancelled, no changes made.\n');
  expect(
    await run(
      'sleep 40; kubectl rollout restart deployment my-nginx >/dev/null; kubectl rollout status deployment my-nginx | tail -1',
    ),
  ).toBe('deployment "my-nginx" successfully rolled out\n');
}, 30_000);

it('kubectl port-forward carries requests from the laptop into a pod, and ends with the pod', async () => {
  const session = new Session({ seed: 1 });
  await session.ready(
    'kubectl create deployment web --image=nginx\nkubectl expose deployment web --port=8000 --target-port=80\nkubectl rollout status deployment/web\n',
  );
  const run = async (line: string) => (await session.script(line)).output;
  expect(
    await run(
      'kubectl port-forward svc/web 8080:8000 & sleep 1; curl -s http://localhost:8080 | grep -o "<h1>.*</h1>"; kill %1',
    ),
  ).toMatch(
    /^Forwarding from 127\.0\.0\.1:8080 -> 80\nForwarding from \[::1\]:8080 -> 80\nHandling connection for 8080\n<h1>Welcome to nginx!<\/h1>\n/,
  );
  const traces = session
    .observe()
    .traces.slice(-2)
    .map(({ source, target }) => [source.at, target]);
  expect(traces, 'once on the laptop, and once inside the pod').toContainEqual(['laptop', 'http://localhost:8080/']);
  expect(traces).toContainEqual(['pod', 'localhost:80']);
  expect(await run('curl -sS http://localhost:8080')).toMatch(/^curl: \(7\) Failed to connect to localhost port 8080/);
  expect(
    await run('kubectl port-forward deploy/web 9000:81 & sleep 1; curl -sS http://localhost:9000; sleep 1'),
  ).toMatch(
    /connect: connection refused[\s\S]*error: lost connection to pod[\s\S]*curl: \(52\) Empty reply from server/,
  );
  expect(
    await run('kubectl port-forward deploy/web 8081:80 & sleep 1; kubectl delete pods -l app=web --now; sleep 3'),
  ).toMatch(/error: lost connection to pod\n$/);
  expect(await run('kubectl port-forward deploy/web 80')).toMatch(
    /bind: permission denied.*\]\nerror: unable to listen on any of the requested ports: \[\{80 80\}\]\n$/,
  );
  session.stop();
}, 30_000);
