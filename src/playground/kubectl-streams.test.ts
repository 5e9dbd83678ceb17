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
