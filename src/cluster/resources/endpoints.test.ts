import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { Harness } from './harness.ts';

const refusal = (object: KubeObject) => {
  const harness = new Harness();
  return harness.refusal(() => harness.create(object))?.replace(/^\[([\s\S]*)\]$/, '$1');
};
const ip = (last: number) => ({ ip: `10.244.3.${last}` });
const endpoints = (subsets: unknown) => ({ kind: 'Endpoints', metadata: { name: 'web' }, subsets }) as KubeObject;
const slice = (rest: object) =>
  ({
    kind: 'EndpointSlice',
    metadata: { name: 'web-a' },
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
    ...rest,
  }) as KubeObject;

describe('Endpoints', () => {
  it.each([
    [
      'nobody',
      [{ ports: [{ port: 80 }] }],
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ],
    [
      'a name',
      [{ addresses: [{ ip: 'web' }], ports: [{ port: 80 }] }],
      'subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff), subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address',
    ],
    [
      'itself',
      [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 80 }] }],
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      'the link',
      [{ addresses: [{ ip: '169.254.169.254' }], ports: [{ port: 80 }] }],
      'subsets[0].addresses[0].ip: Invalid value: "169.254.169.254": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
    [
      'two ports without names',
      [{ addresses: [ip(1)], ports: [{ port: 80 }, { port: 81 }] }],
      'subsets[0].ports[0].name: Required value, subsets[0].ports[1].name: Required value',
    ],
  ])('refuse %s (validateEndpointSubsets)', (_, subsets, expected) => {
    expect(refusal(endpoints(subsets))).toBe(expected);
  });

  it.each([
    ['none', [], '<none>'],
    ['nobody ready', [{ notReadyAddresses: [ip(1)], ports: [{ port: 80 }] }], '<none>'],
    ['two', [{ addresses: [ip(1), ip(2)], ports: [{ port: 80 }] }], '10.244.3.1:80,10.244.3.2:80'],
    [
      'five',
      [{ addresses: [1, 2, 3, 4, 5].map(ip), ports: [{ port: 80 }] }],
      '10.244.3.1:80,10.244.3.2:80,10.244.3.3:80 + 2 more...',
    ],
    [
      'two ports',
      [{ addresses: [ip(1), ip(2)], ports: [{ port: 80 }, { port: 443 }] }],
      '10.244.3.1:80,10.244.3.2:80,10.244.3.1:443 + 1 more...',
    ],
    ['no ports', [{ addresses: [ip(1)] }], '10.244.3.1'],
  ])('show %s (formatEndpoints)', (_, subsets, text) => {
    expect(new Harness().row(endpoints(subsets))['Endpoints']).toBe(text);
  });
});

describe('EndpointSlice', () => {
  it.each([
    ['no type', { addressType: undefined }, 'addressType: Required value'],
    [
      'an unknown type',
      { addressType: 'IP' },
      'addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"',
    ],
    [
      'an endpoint without addresses',
      { endpoints: [{ addresses: [] }] },
      'endpoints[0].addresses: Required value: must contain at least 1 address',
    ],
    [
      'an address of the other family',
      { endpoints: [{ addresses: ['2001:db8::1'] }] },
      'endpoints[0].addresses[0]: Invalid value: "2001:db8::1": must be a valid IPv4 address',
    ],
    [
      'a port name twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      'ports[1].name: Duplicate value: "a"',
    ],
    [
      'too many endpoints',
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) },
      'endpoints: Too many: 1001: must have at most 1000 items',
    ],
  ])('refuses %s', (_, rest, expected) => {
    expect(refusal(slice(rest))).toBe(expected);
  });

  it('shows ports and addresses', () => {
    const object = slice({
      ports: [{ name: '', port: 80 }],
      endpoints: [1, 2, 3, 4].map((last) => ({ addresses: [ip(last).ip] })),
    });
    expect(new Harness().row(object)).toMatchObject({
      AddressType: 'IPv4',
      Ports: '80',
      Endpoints: '10.244.3.1,10.244.3.2,10.244.3.3 + 1 more...',
    });
    expect(new Harness().row(slice({}))).toMatchObject({ Ports: '<unset>', Endpoints: '<unset>' });
  });

  it('counts its generations', () => {
    const harness = new Harness();
    const made = harness.create(slice({}));
    const updated = harness.update(made, (copy) => {
      copy['endpoints'] = [{ addresses: ['10.244.3.1'] }];
    });
    expect([made.metadata?.generation, updated.metadata?.generation]).toEqual([1, 2]);
  });
});

describe('Node and Event', () => {
  const node = (rest: object, status: object = {}) =>
    ({ kind: 'Node', metadata: { name: 'n', ...rest }, status }) as KubeObject;

  it.each([
    ['Ready', node({}, { conditions: [{ type: 'Ready', status: 'True' }] }), 'Ready', '<none>'],
    ['cut off', node({}, { conditions: [{ type: 'Ready', status: 'Unknown' }] }), 'NotReady', '<none>'],
    ['new', node({}), 'Unknown', '<none>'],
    [
      'a master',
      node({ labels: { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'master' } }),
      'Unknown',
      'control-plane,master',
    ],
  ])('a node is %s (printNode)', (_, object, status, roles) => {
    expect(new Harness().row(object)).toMatchObject({
      Status: status,
      Roles: roles,
      'External-IP': '<none>',
      'OS-Image': '<unknown>',
    });
  });

  it('a node that is cordoned says so', () => {
    const object = { ...node({}, { conditions: [{ type: 'Ready', status: 'True' }] }), spec: { unschedulable: true } };
    expect(new Harness().row(object)['Status']).toBe('Ready,SchedulingDisabled');
  });

  it('a taint needs an effect', () => {
    expect(refusal({ ...node({}), spec: { taints: [{ key: 'a', effect: 'Never' }] } })).toBe(
      'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    );
  });

  it('an event that repeats says how often (printEvent)', () => {
    const object = {
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{a}' },
      source: { component: 'kubelet', host: 'n1' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container\n',
      count: 5,
      firstTimestamp: '2026-11-20T09:00:00Z',
      lastTimestamp: '2026-11-20T09:01:50Z',
    } as KubeObject;
    expect(new Harness().row(object, Date.parse('2026-11-20T09:02:00Z'))).toMatchObject({
      'Last Seen': '10s (x5 over 2m)',
      Object: 'pod/web',
      Subobject: 'spec.containers{a}',
      Source: 'kubelet, n1',
      Message: 'Back-off restarting failed container',
      'First Seen': '2m',
      Count: '5',
    });
  });
});

describe('NetworkPolicy and Ingress', () => {
  const policy = (spec: object) => ({ kind: 'NetworkPolicy', metadata: { name: 'p' }, spec }) as KubeObject;
  const ingress = (spec: object) => ({ kind: 'Ingress', metadata: { name: 'i' }, spec }) as KubeObject;

  it('a policy is about ingress unless it says otherwise', () => {
    const made = new Harness().create(policy({ podSelector: {}, egress: [{}] }));
    expect(made['spec']).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(new Harness().row(policy({ podSelector: {} }))['Pod-Selector']).toBe('<none>');
  });

  it.each([
    [
      'an empty peer',
      policy({ ingress: [{ from: [{}] }] }),
      'spec.ingress[0].from[0]: Required value: must specify a peer',
    ],
    [
      'an exception outside',
      policy({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/16', except: ['10.1.0.0/24'] } }] }] }),
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.1.0.0/24": must be a strict subset of `cidr`',
    ],
    [
      'no rules',
      ingress({}),
      'spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified',
    ],
    [
      'no path type',
      ingress({
        rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }] } }],
      }),
      'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
    ],
    [
      'no port',
      ingress({ defaultBackend: { service: { name: 'a' } } }),
      'spec.defaultBackend: Required value: port name or number is required',
    ],
  ])('refuses %s', (_, object, expected) => {
    expect(refusal(object)).toBe(expected);
  });
});
