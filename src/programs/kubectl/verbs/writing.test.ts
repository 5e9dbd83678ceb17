import { describe, expect, it } from 'vitest';
import { rolloutState } from '../rollout/status.ts';
import { Session } from '../testing/session.ts';

/** Without a server: what kubectl says before it asks one, and what it makes by itself. */
const session = () =>
  new Session({
    home: '/root',
    files: {
      '/root/.kube/config': '',
      '/root/web.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {app: web}}\nspec: {ports: [{port: 80}]}\n',
    },
  });

async function run(line: string): Promise<string> {
  const { stdout, stderr } = await session().run(line.split(' '));
  return stdout + stderr;
}

describe('kubectl without a server', () => {
  it('makes a ConfigMap', async () => {
    expect(await run('create configmap colours --from-literal=sky=blue --dry-run=client -o yaml')).toBe(
      'apiVersion: v1\ndata:\n  sky: blue\nkind: ConfigMap\nmetadata:\n  creationTimestamp: null\n  name: colours\n',
    );
  });

  it('says what a command line lacks', async () => {
    expect(await run('create deployment')).toBe('error: required flag(s) "image" not set\n');
    expect(await run('create deployment a b --image=c')).toBe(
      "error: exactly one NAME is required, got 2\nSee 'kubectl create deployment -h' for help and examples\n",
    );
    expect(await run('apply')).toBe('error: must specify one of -f and -k\n');
    expect(await run('exec web ls')).toBe(
      "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n",
    );
    expect(await run('apply -f web.yaml --dry-run=foo')).toBe(
      'error: Invalid dry-run value (foo). Must be "none", "server", or "client".\n',
    );
  });

  it('changes labels of a file with --local', async () => {
    expect(await run('label -f web.yaml --local tier=front')).toBe('service/web labeled\n');
    expect(await run('label -f web.yaml --local app=other')).toBe(
      "error: 'app' already has a value (web), and --overwrite is false\n",
    );
    expect(await run('label -f web.yaml --local app-')).toBe('service/web unlabeled\n');
  });
});

describe('kubectl rollout status', () => {
  const deployment = (status: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', generation: 2 },
    spec: { replicas: 3 },
    status: { observedGeneration: 2, ...status },
  });

  it('follows a Deployment through its stages', () => {
    const says = (status: object) => rolloutState(deployment(status), 0).message;
    expect(says({ observedGeneration: 1 })).toBe('Waiting for deployment spec update to be observed...\n');
    expect(says({ updatedReplicas: 1, replicas: 4 })).toBe(
      'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n',
    );
    expect(says({ updatedReplicas: 3, replicas: 4 })).toBe(
      'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...\n',
    );
    expect(says({ updatedReplicas: 3, replicas: 3, availableReplicas: 2 })).toBe(
      'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n',
    );
    expect(rolloutState(deployment({ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }), 0)).toEqual({
      message: 'deployment "web" successfully rolled out\n',
      done: true,
    });
  });
});
