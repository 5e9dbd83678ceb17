import { describe, expect, it } from 'vitest';
import { Lab, manyNodes, nginx } from '../testing/lab.ts';

function served(replicas = 2, spec: object = {}): Lab {
  const lab = new Lab();
  lab.deploy('web', replicas);
  lab.service('web', spec);
  lab.until('all ready', () => lab.ready('web') === replicas);
  lab.pass(1);
  return lab;
}

function addresses(lab: Lab, name = 'web'): string[] {
  return (lab.endpoints(name)?.subsets ?? []).flatMap((subset) => (subset.addresses ?? []).map((each) => each.ip));
}

describe('Endpoints', () => {
  it('list the ready pods by address, with the node and the pod behind each', () => {
    const lab = served();
    const found = lab.endpoints('web');
    expect(addresses(lab)).toEqual(['10.244.2.5', '10.244.3.4']);
    expect(found?.metadata?.labels).toEqual({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
    expect(found?.metadata?.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time': expect.stringMatching(/^2026-11-20T09:00:0\dZ$/),
    });
    const pod = lab.pods('web').find((each) => each.status?.podIP === '10.244.2.5');
    expect(found?.subsets?.[0]?.addresses?.[0]).toEqual({
      ip: '10.244.2.5',
      nodeName: 'kubernetes-minion-ljyd',
      targetRef: { kind: 'Pod', name: pod?.metadata?.name, namespace: 'default', uid: pod?.metadata?.uid },
    });
    expect(found?.subsets?.[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });

  it('follow a pod that is deleted, and its replacement', () => {
    const lab = served();
    const [first] = lab.pods('web');
    lab.resource('pods').delete(first?.metadata?.name ?? '', 'default');
    lab.pass(0.09);
    expect(addresses(lab)).toEqual([...addresses(lab)].filter((ip) => ip !== first?.status?.podIP));
    expect(addresses(lab)).toHaveLength(1);
    lab.until('two again', () => addresses(lab).length === 2);
  });

  it('hold pods that are not ready apart, unless they are to be published', () => {
    const lab = new Lab({ behaviours: { nginx: { status: () => 503 } } });
    lab.deploy('web', 1, {
      containers: [nginx({ readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 } })],
    });
    lab.service('web');
    lab.service('early', { selector: { app: 'web' }, publishNotReadyAddresses: true });
    lab.pass(10);
    expect(addresses(lab)).toEqual([]);
    expect(lab.endpoints('web')?.subsets?.[0]?.notReadyAddresses).toHaveLength(1);
    expect(addresses(lab, 'early')).toHaveLength(1);
    lab.runtime.behaviours.set('nginx', {});
    lab.until('ready', () => addresses(lab).length === 1);
  });

  it('have no subsets while nothing is selected', () => {
    const lab = new Lab();
    lab.service('web');
    lab.pass(1);
    expect(lab.endpoints('web')?.subsets).toBeUndefined();
    expect(lab.slices('web')).toHaveLength(1);
    expect(lab.slices('web')[0]).toMatchObject({ addressType: 'IPv4', endpoints: [] });
  });

  it('go with their Service, as do its slices', () => {
    const lab = served();
    lab.resource('services').delete('web', 'default');
    lab.pass(1);
    expect(lab.endpoints('web')).toBeUndefined();
    expect(lab.slices('web')).toEqual([]);
  });

  it('resolve a named port for each pod on its own', () => {
    const lab = new Lab();
    for (const [name, port] of [
      ['a', 8080],
      ['b', 9090],
    ] as const)
      lab.pod(
        name,
        { containers: [nginx({ ports: [{ name: 'web', containerPort: port }] })] },
        { labels: { app: 'web' } },
      );
    lab.pod('c', {}, { labels: { app: 'web' } });
    lab.service('web', { ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
    lab.until('both', () => addresses(lab).length === 2);
    const ports = lab.endpoints('web')?.subsets?.map((subset) => subset.ports?.[0]?.port);
    expect(ports?.sort()).toEqual([8080, 9090]);
    const slices = lab.slices('web').filter((slice) => (slice.ports ?? []).length > 0);
    expect(slices.map((slice) => slice.ports?.[0]?.port).sort()).toEqual([8080, 9090]);
  });

  it('follow labels of pods and selectors of Services', () => {
    const lab = served();
    const [first] = lab.pods('web');
    lab.change('pods', '', first?.metadata?.name ?? '', { metadata: { labels: { app: 'other' } } });
    lab.pass(0.2);
    expect(addresses(lab)).not.toContain(first?.status?.podIP);
    lab.change('services', '', 'web', { spec: { selector: { app: 'other' } } });
    lab.pass(0.2);
    expect(addresses(lab)).toEqual([first?.status?.podIP]);
  });

  it('mark a headless Service', () => {
    const lab = served(1, { clusterIP: 'None' });
    expect(lab.endpoints('web')?.metadata?.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
    expect(lab.slices('web')[0]?.metadata?.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
  });

  it('come back when somebody deletes them', () => {
    const lab = served();
    lab.resource('endpoints').delete('web', 'default');
    for (const slice of lab.slices('web'))
      lab.resource('endpointslices', 'discovery.k8s.io').delete(slice.metadata?.name ?? '', 'default');
    lab.pass(1);
    expect(addresses(lab)).toHaveLength(2);
    expect(lab.slices('web')[0]?.endpoints).toHaveLength(2);
  });

  it('end at a thousand addresses, and say so', () => {
    const lab = new Lab({ flavour: manyNodes(12) });
    lab.deploy('web', 1050);
    lab.service('web');
    lab.until('all ready', () => lab.ready('web') === 1050);
    lab.pass(2);
    expect(addresses(lab)).toHaveLength(1000);
    expect(lab.endpoints('web')?.metadata?.annotations?.['endpoints.kubernetes.io/over-capacity']).toBe('truncated');
    const slices = lab.slices('web');
    expect(slices.reduce((sum, slice) => sum + slice.endpoints.length, 0)).toBe(1050);
    expect(Math.max(...slices.map((slice) => slice.endpoints.length))).toBeLessThanOrEqual(100);
    lab.scale('web', 900);
    lab.until('fewer', () => addresses(lab).length === 900);
    lab.pass(1);
    expect(lab.endpoints('web')?.metadata?.annotations).not.toHaveProperty(['endpoints.kubernetes.io/over-capacity']);
  });
});

describe('EndpointSlices', () => {
  it('say how each endpoint stands, where it is and who it is', () => {
    const lab = served(1);
    const [slice] = lab.slices('web');
    const [pod] = lab.pods('web');
    expect(slice?.metadata?.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.metadata?.labels).toEqual({
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
    });
    expect(slice?.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'Service', name: 'web', controller: true });
    expect(slice?.endpoints).toEqual([
      {
        addresses: [pod?.status?.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: pod?.spec?.nodeName,
        targetRef: { kind: 'Pod', name: pod?.metadata?.name, namespace: 'default', uid: pod?.metadata?.uid },
        zone: 'us-central1-b',
      },
    ]);
    expect(slice?.ports).toEqual([{ name: '', port: 80, protocol: 'TCP' }]);
  });

  it('keep a pod that terminates but still serves', () => {
    const lab = new Lab({ behaviours: { nginx: { stopsAfter: 5000 } } });
    lab.deploy('web', 1);
    lab.service('web');
    lab.until('ready', () => lab.ready('web') === 1);
    const [pod] = lab.pods('web');
    lab.scale('web', 0);
    lab.pass(1);
    expect(lab.slices('web')[0]?.endpoints).toMatchObject([
      { addresses: [pod?.status?.podIP], conditions: { ready: false, serving: true, terminating: true } },
    ]);
    expect(addresses(lab)).toEqual([]);
    lab.pass(8);
    expect(lab.slices('web')[0]?.endpoints).toEqual([]);
  });
});

describe('a Service without a selector', () => {
  it('has no Endpoints until somebody writes them; then slices mirror them', () => {
    const lab = new Lab();
    lab
      .resource('services')
      .create({ metadata: { name: 'db', namespace: 'default' }, spec: { ports: [{ port: 5432 }] } });
    lab.pass(1);
    expect(lab.endpoints('db')).toBeUndefined();
    lab.resource('endpoints').create({
      metadata: { name: 'db', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '192.0.2.42' }], ports: [{ port: 5432 }] }],
    });
    lab.pass(1);
    const [slice] = lab.slices('db');
    expect(slice?.metadata?.labels).toEqual({
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      'kubernetes.io/service-name': 'db',
    });
    expect(slice?.endpoints).toEqual([{ addresses: ['192.0.2.42'], conditions: { ready: true } }]);
    expect(slice?.ports).toEqual([{ name: '', port: 5432, protocol: 'TCP' }]);
    lab.change('endpoints', '', 'db', { subsets: [{ addresses: [{ ip: '192.0.2.43' }], ports: [{ port: 5432 }] }] });
    lab.pass(1);
    expect(lab.slices('db').flatMap((each) => each.endpoints.flatMap((endpoint) => endpoint.addresses))).toEqual([
      '192.0.2.43',
    ]);
    lab.resource('endpoints').delete('db', 'default');
    lab.pass(1);
    expect(lab.slices('db')).toEqual([]);
  });
});
