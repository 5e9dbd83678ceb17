import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import type { NetworkNamespace } from './namespace.ts';
import { Lab, NODE_A, NODE_B } from './testing/lab.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;

describe('NetworkPolicy', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab().nginx().service();
    lab.create(pod('client', 'default', { run: 'client' })).wait(15);
  });

  const apply = (spec: Partial<Spec>, name = 'p') =>
    lab.create({ kind: 'NetworkPolicy', metadata: { name }, spec: { podSelector: {}, ...spec } } as KubeObject & {
      kind: string;
    });
  const client = (namespace = 'default'): NetworkNamespace => {
    const found = lab.network.ownerOf(
      lab.cluster.clients.resource<KubeObject & { status?: { podIP?: string } }>('pods').get('client', namespace).status
        ?.podIP ?? '',
    );
    if (found === undefined) throw new Error('the client has no network');
    return found;
  };
  const ask = (from: NetworkNamespace = client(), address = lab.clusterIP()) => lab.get(from, address).trace;
  const web = { podSelector: { matchLabels: { run: 'my-nginx' } } };

  it('isolates the pods that it selects, and lets an answer come back to those that may ask', () => {
    expect(ask().outcome).toBe('ok');
    apply(web);
    const trace = ask();
    expect([trace.outcome, trace.code]).toEqual(['timeout', 'policy.ingress']);
    expect(trace.steps.find((step) => step.code === trace.code)).toMatchObject({
      verdict: 'drop',
      object: { kind: 'NetworkPolicy', name: 'p', fieldPath: 'spec.policyTypes' },
      facts: { port: '80', protocol: 'TCP' },
    });
    apply({ podSelector: { matchLabels: { run: 'client' } } }, 'nobody-in');
    apply({ ...web, ingress: [{ from: [{ podSelector: { matchLabels: { run: 'client' } } }] }] }, 'second');
    expect(ask().outcome).toBe('ok');
  });

  it('is gone as soon as it is deleted', () => {
    apply(web);
    lab.cluster.clients.resource('networkpolicies', 'networking.k8s.io').delete('p', 'default');
    expect(ask().outcome).toBe('ok');
  });

  it('lets a node reach its own pods, and a pod itself by its Service', () => {
    apply({ policyTypes: ['Ingress', 'Egress'] });
    expect(ask(lab.node(NODE_A), lab.ipOn(NODE_A)).outcome).toBe('ok');
    expect(ask(lab.node(NODE_A), lab.ipOn(NODE_B)).code).toBe('policy.ingress');
    const from = lab.insidePod(NODE_A);
    expect(ask(from, lab.ipOn(NODE_A)).outcome).toBe('ok');
    const own = lab.podOn(NODE_A).metadata?.name;
    const byService = Array.from({ length: 20 }, () => ask(from));
    expect(byService.some((trace) => trace.endpoint?.name === own)).toBe(true);
    for (const trace of byService) expect(trace.outcome === 'ok').toBe(trace.endpoint?.name === own);
  });

  it('judges what leaves a pod by the address after translation', () => {
    const mine = { podSelector: { matchLabels: { run: 'client' } }, policyTypes: ['Egress'] };
    apply({ ...mine, egress: [{ to: [{ ipBlock: { cidr: `${lab.clusterIP()}/32` } }] }] });
    expect(ask().code).toBe('policy.egress');
    apply({ ...mine, egress: [{ to: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }] }, 'pods');
    expect(ask().outcome).toBe('ok');
  });

  it.each<[string, NonNullable<Spec['ingress']>[number], boolean]>([
    ['the port', { ports: [{ port: 80 }] }, true],
    ['another port', { ports: [{ port: 81 }] }, false],
    ['a range of ports', { ports: [{ port: 79, endPort: 90 }] }, true],
    ['another protocol', { ports: [{ protocol: 'UDP', port: 80 }] }, false],
    ['a name that no container has', { ports: [{ port: 'web' }] }, false],
    ['a block of addresses', { from: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }, true],
    ['a block with a hole', { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.0.0/16'] } }] }, false],
    ['its own namespace', { from: [{ podSelector: {} }] }, true],
    ['another namespace', { from: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }] }, false],
    ['every namespace', { from: [{ namespaceSelector: {} }] }, true],
  ])('a rule with %s', (_, rule, passes) => {
    apply({ ...web, ingress: [rule] });
    expect(ask().code === 'policy.ingress').toBe(!passes);
  });

  it('reads a port by its name in the pod that is asked', () => {
    lab.create(pod('named', 'default', { run: 'named' }, [{ name: 'web', containerPort: 80 }])).wait(15);
    const address =
      lab.cluster.clients.resource<KubeObject & { status?: { podIP?: string } }>('pods').get('named', 'default').status
        ?.podIP ?? '';
    apply({ podSelector: { matchLabels: { run: 'named' } }, ingress: [{ ports: [{ port: 'web' }] }] });
    expect(ask(client(), address).code).not.toBe('policy.ingress');
    expect(lab.get(client(), address, 81).trace.code).toBe('policy.ingress');
  });

  it('knows pods of other namespaces by the labels of both', () => {
    lab.create({ kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } } as KubeObject & {
      kind: string;
    });
    lab
      .wait(2)
      .create(pod('client', 'shop', { run: 'client' }))
      .wait(15);
    const labels = {
      namespaceSelector: { matchLabels: { team: 'shop' } },
      podSelector: { matchLabels: { run: 'client' } },
    };
    apply({ ...web, ingress: [{ from: [labels] }] });
    expect(ask(client('shop')).outcome).toBe('ok');
    expect(ask(client()).code).toBe('policy.ingress');
  });

  it('keeps pings out, unless a rule names no port', () => {
    apply({ ...web, ingress: [{ ports: [{ port: 80 }] }] });
    expect(lab.ping(client(), lab.ipOn(NODE_A)).trace.code).toBe('policy.ingress');
    apply({ ...web, ingress: [{}] }, 'all');
    expect(lab.ping(client(), lab.ipOn(NODE_A)).trace.outcome).toBe('ok');
  });
});

function pod(
  name: string,
  namespace: string,
  labels: Record<string, string>,
  ports: readonly object[] = [],
): KubeObject & { kind: string } {
  return {
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'main', image: 'nginx', ports }] },
  } as KubeObject & { kind: string };
}
