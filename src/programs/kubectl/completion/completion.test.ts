import { describe, expect, it } from 'vitest';
import { frozenSession } from '../differential/replay.ts';

/** What Tab offers after `kubectl LINE`; the words of the line by single spaces, the last one being typed. */
async function offered(line: string, cluster = 'shop'): Promise<readonly string[]> {
  return await frozenSession(cluster, Date.UTC(2026, 10, 20)).complete(line.split(' '));
}

describe('completion by Tab', () => {
  it.each([
    ['ge', ['get ']],
    ['help ge', ['get ']],
    ['config use', ['use-context ']],
    ['--names', ['--namespace ']],
    ['get --out', ['--output ', '--output-watch-events ']],
    ['get --output=js', ['json ', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=']],
    ['get -o wi', ['wide ']],
    ['get deploy', ['deployments.apps ']],
    ['get pods,serv', ['pods,serviceaccounts ', 'pods,services ']],
    ['-n kube-s', ['kube-system ']],
    ['get pods -n kube-s', ['kube-system ']],
    ['get pods --namespace=go', ['going ']],
    ['get nope ', []],
    ['exec pod -- l', []],
    ['explain po', ['pods ', 'poddisruptionbudgets.policy ']],
  ])('kubectl %s', async (line, expected) => {
    expect([...(await offered(line))].sort()).toEqual([...expected].sort());
  });

  it('offers names, and not again those that stand there', async () => {
    const pods = await offered('get pods ');
    expect(pods.length).toBeGreaterThan(2);
    expect(await offered(`describe pod ${pods[0]}`)).toEqual(pods.slice(1));
    expect(await offered('describe pod/')).toEqual(pods.map((name) => `pod/${name}`));
  });

  it('offers the containers of a pod', async () => {
    const pod = (await offered('logs '))[0]?.trim() ?? '';
    const containers = await offered(`logs ${pod} `);
    expect(containers.length).toBeGreaterThan(0);
    expect(await offered(`logs ${pod} -c `)).toEqual(containers);
    expect(await offered(`exec ${pod} --container=`)).toEqual(containers);
  });

  it('offers nothing when the server is away, and says nothing', async () => {
    expect(await offered('get po', 'none')).toEqual([]);
    expect(await offered('config use-context ', 'none')).not.toEqual([]);
  });
});
