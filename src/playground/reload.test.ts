import { describe, expect, it } from 'vitest';
import { Session } from './session.ts';

describe('a session that goes on from what was saved', () => {
  it('leaves a running container the variables it began with: a Service that came later is unknown to it', async () => {
    const session = new Session({ seed: 3 });
    await session.ready();
    await session.script(
      'kubectl create deployment web --image=nginx; kubectl rollout status deployment/web; kubectl expose deployment/web --port=80',
    );
    await session.script('sleep 3; kubectl run late --image=nginx; kubectl wait --for=condition=Ready pod/late');
    const again = new Session({ saved: session.save() });
    await again.ready();
    const variables = async (of: Session, pod: string) =>
      (await of.script(`kubectl exec ${pod} -- printenv | grep -c WEB_SERVICE`)).output.trim();
    for (const each of [session, again]) {
      expect(await variables(each, 'deploy/web')).toBe('0');
      expect(await variables(each, 'late')).toBe('2');
    }
    session.stop();
    again.stop();
  });
});
