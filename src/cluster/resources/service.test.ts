import { describe, expect, it } from 'vitest';
import type { KubeObject, Service } from '../api/types.ts';
import { Harness } from './harness.ts';

type ServiceObject = Service & KubeObject;

const make = (spec: unknown, name = 'web'): ServiceObject =>
  ({ kind: 'Service', metadata: { name }, spec }) as ServiceObject;
const refusal = (spec: unknown) => {
  const harness = new Harness();
  return harness.refusal(() => harness.create(make(spec)));
};
const port = { port: 80 };

describe('defaults (SetDefaults_Service)', () => {
  it('fills in a ClusterIP service', () => {
    const { spec } = new Harness().create(make({ selector: { run: 'my-nginx' }, ports: [port] }));
    expect(spec).toMatchObject({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    expect(spec?.clusterIP).toMatch(/^10\.0\.\d+\.\d+$/);
    expect(spec?.clusterIPs).toEqual([spec?.clusterIP]);
    expect(spec).not.toHaveProperty('externalTrafficPolicy');
  });

  it('gives node ports to NodePort and LoadBalancer, and a policy for outside traffic', () => {
    const harness = new Harness();
    const nodePort = harness.create(make({ type: 'NodePort', ports: [port] }));
    expect(nodePort.spec?.externalTrafficPolicy).toBe('Cluster');
    expect(nodePort.spec?.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30000);
    const balancer = harness.create(
      make({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [port] }, 'lb'),
    );
    expect(balancer.spec?.allocateLoadBalancerNodePorts).toBe(true);
    expect(balancer.spec?.healthCheckNodePort).toBeGreaterThanOrEqual(30000);
    expect(balancer.status).toEqual({ loadBalancer: {} });
  });

  it('remembers clients for three hours', () => {
    const { spec } = new Harness().create(make({ sessionAffinity: 'ClientIP', ports: [port] }));
    expect(spec?.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } });
  });

  it('lets the makers of selectorless headless endpoints choose the family', () => {
    const { spec } = new Harness().create(make({ clusterIP: 'None', ports: [port] }));
    expect(spec).toMatchObject({
      clusterIPs: ['None'],
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    });
  });

  it('uses one node port for both protocols of a port', () => {
    const { spec } = new Harness().create(
      make({
        type: 'NodePort',
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53 },
        ],
      }),
    );
    expect(spec?.ports?.[0]?.nodePort).toBe(spec?.ports?.[1]?.nodePort);
  });
});

describe('validation (ValidateService)', () => {
  it.each([
    ['no ports', {}, 'spec.ports: Required value'],
    [
      'port 0',
      { ports: [{ port: 0 }] },
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    [
      'a port too high',
      { ports: [{ port: 65536, targetPort: 80 }] },
      'spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive',
    ],
    [
      'two ports without names',
      { ports: [port, { port: 81 }] },
      'spec.ports[0].name: Required value, spec.ports[1].name: Required value',
    ],
    [
      'one name twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      'spec.ports[1].name: Duplicate value: "a"',
    ],
    [
      'one port twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    ],
    [
      'a bad name of a port',
      { ports: [{ name: 'Web', port: 80 }] },
      "spec.ports[0].name: Invalid value: \"Web\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
    [
      'a bad protocol',
      { ports: [{ port: 80, protocol: 'HTTP' }] },
      'spec.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      'a target port with capitals',
      { ports: [{ port: 80, targetPort: 'HTTP' }] },
      'spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), spec.ports[0].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
    ],
    [
      'a target port that is too long',
      { ports: [{ port: 80, targetPort: 'a-very-long-port-name' }] },
      'spec.ports[0].targetPort: Invalid value: "a-very-long-port-name": must be no more than 15 characters',
    ],
    [
      'an unknown type',
      { type: 'Cluster', ports: [port] },
      'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      'an unknown affinity',
      { sessionAffinity: 'Cookie', ports: [port] },
      'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
    ],
    [
      'affinity for too long',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } }, ports: [port] },
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400',
    ],
    [
      'a node port on ClusterIP',
      { ports: [{ port: 80, nodePort: 30080 }] },
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      'a headless NodePort',
      { type: 'NodePort', clusterIP: 'None', ports: [port] },
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    ],
    ['no external name', { type: 'ExternalName' }, 'spec.externalName: Required value'],
    [
      'an external name with an address',
      { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.0.0.20' },
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    [
      'an external name that is a URL',
      { type: 'ExternalName', externalName: 'http://a' },
      "spec.externalName: Invalid value: \"http://a\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
    [
      'an address that is none',
      { clusterIP: '10.0.0.300', ports: [port] },
      'spec.clusterIPs[0]: Invalid value: "10.0.0.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'an address out of range',
      { clusterIP: '192.168.0.1', ports: [port] },
      'spec.clusterIPs: Invalid value: []string{"192.168.0.1"}: failed to allocate IP 192.168.0.1: the provided network does not match the current range',
    ],
    [
      'a node port out of range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'an external IP that is loopback',
      { externalIPs: ['127.0.0.1'], ports: [port] },
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      'an outside policy inside',
      { externalTrafficPolicy: 'Local', ports: [port] },
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ],
    [
      'an unknown inside policy',
      { internalTrafficPolicy: 'Zone', ports: [port] },
      'spec.internalTrafficPolicy: Unsupported value: "Zone": supported values: "Cluster", "Local"',
    ],
    [
      'source ranges without a load balancer',
      { loadBalancerSourceRanges: ['10.0.0.0/8'], ports: [port] },
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      'a bad source range',
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0'], ports: [port] },
      'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      'two families',
      { ipFamilyPolicy: 'RequireDualStack', ports: [port] },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [
      'a label that is none in the selector',
      { selector: { app: 'my app' }, ports: [port] },
      "spec.selector: Invalid value: \"my app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  ])('%s', (_, spec, expected) => {
    expect(refusal(spec)?.replace(/^\[(.*)\]$/, '$1')).toBe(expected);
  });

  it('wants a DNS-1035 label for a name', () => {
    const harness = new Harness();
    expect(harness.refusal(() => harness.create(make({ ports: [port] }, '1web')))).toBe(
      "metadata.name: Invalid value: \"1web\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    );
  });

  it('gives no address or port twice', () => {
    const harness = new Harness();
    harness.create(make({ type: 'NodePort', clusterIP: '10.0.0.50', ports: [{ port: 80, nodePort: 30080 }] }));
    expect(harness.refusal(() => harness.create(make({ clusterIP: '10.0.0.50', ports: [port] }, 'b')))).toBe(
      'spec.clusterIPs: Invalid value: []string{"10.0.0.50"}: failed to allocate IP 10.0.0.50: provided IP is already allocated',
    );
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81, nodePort: 30080 },
    ];
    expect(harness.refusal(() => harness.create(make({ type: 'NodePort', ports }, 'b')))).toBe(
      'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    harness.create(make({ type: 'NodePort', clusterIP: '10.0.0.51', ports: [port] }, 'b'));
  });
});

describe('updates (ValidateServiceUpdate, patchAllocatedValues, dropTypeDependentFields)', () => {
  it('keeps the address that an update leaves out, and refuses another', () => {
    const harness = new Harness();
    const service = harness.create(make({ clusterIP: '10.0.0.50', ports: [port] }));
    const updated = harness.update(service, (copy) => {
      copy.spec = { selector: { app: 'b' }, ports: [port] };
    });
    expect(updated.spec?.clusterIP).toBe('10.0.0.50');
    const refused = harness.refusal(() =>
      harness.update(service, (copy) => {
        copy.spec = { ...copy.spec, clusterIP: '10.0.0.51' };
      }),
    );
    expect(refused).toBe('spec.clusterIPs[0]: Invalid value: []string{"10.0.0.51"}: may not change once set');
  });

  it('goes from ClusterIP to NodePort and back, keeping the address and giving the port back', () => {
    const harness = new Harness();
    const service = harness.create(make({ ports: [port] }));
    const opened = harness.update(service, (copy) => {
      if (copy.spec) copy.spec.type = 'NodePort';
    });
    const number = opened.spec?.ports?.[0]?.nodePort ?? 0;
    expect(number).toBeGreaterThanOrEqual(30000);
    const closed = harness.update(opened, (copy) => {
      if (copy.spec) copy.spec.type = 'ClusterIP';
    });
    expect(closed.spec?.clusterIP).toBe(service.spec?.clusterIP);
    expect(closed.spec?.ports?.[0]).not.toHaveProperty('nodePort');
    expect(closed.spec).not.toHaveProperty('externalTrafficPolicy');
    harness.create(make({ type: 'NodePort', ports: [{ port: 80, nodePort: number }] }, 'other'));
  });

  it('keeps node ports by name when other things change', () => {
    const harness = new Harness();
    const service = harness.create(make({ type: 'NodePort', ports: [{ name: 'http', port: 80 }] }));
    const updated = harness.update(service, (copy) => {
      copy.spec = { type: 'NodePort', ports: [{ name: 'http', port: 8080 }] };
    });
    expect(updated.spec?.ports?.[0]?.nodePort).toBe(service.spec?.ports?.[0]?.nodePort);
  });

  it('gives the address back when the service becomes a name, and finds a new one after', () => {
    const harness = new Harness();
    const service = harness.create(make({ clusterIP: '10.0.0.50', ports: [port] }));
    const named = harness.update(service, (copy) => {
      copy.spec = { ...copy.spec, type: 'ExternalName', externalName: 'example.com' };
    });
    expect(named.spec).not.toHaveProperty('clusterIP');
    harness.create(make({ clusterIP: '10.0.0.50', ports: [port] }, 'other'));
    const back = harness.update(named, (copy) => {
      copy.spec = { type: 'ClusterIP', ports: [port] };
    });
    expect(back.spec?.clusterIP).toMatch(/^10\.0\./);
  });

  it('keeps all claims when an update is refused', () => {
    const harness = new Harness();
    const service = harness.create(make({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }));
    harness.refusal(() =>
      harness.update(service, (copy) => {
        copy.spec = { ...copy.spec, ports: [{ port: 80, nodePort: 99 }] };
      }),
    );
    const other = make({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, 'other');
    expect(harness.refusal(() => harness.create(other))).toContain('provided port is already allocated');
  });
});

describe('the table (printService)', () => {
  const cells = (spec: unknown, status: unknown = {}) =>
    new Harness().row({ kind: 'Service', metadata: { name: 'web' }, spec, status } as KubeObject);

  it.each([
    [
      'ClusterIP',
      { type: 'ClusterIP', clusterIPs: ['10.0.0.1'], ports: [{ port: 443, protocol: 'TCP' }] },
      {},
      '<none>',
      '443/TCP',
    ],
    [
      'NodePort',
      {
        type: 'NodePort',
        ports: [
          { port: 80, nodePort: 31704, protocol: 'TCP' },
          { port: 443, nodePort: 32453, protocol: 'TCP' },
        ],
      },
      {},
      '<none>',
      '80:31704/TCP,443:32453/TCP',
    ],
    ['a load balancer that waits', { type: 'LoadBalancer', ports: [] }, {}, '<pending>', '<none>'],
    [
      'a load balancer with a name',
      { type: 'LoadBalancer' },
      { loadBalancer: { ingress: [{ hostname: 'a-very-long-name.elb.amazonaws.com' }] } },
      'a-very-long-name.elb.amazonaws.com',
      '<none>',
    ],
    [
      'a load balancer with two addresses',
      { type: 'LoadBalancer', externalIPs: ['1.1.1.1'] },
      { loadBalancer: { ingress: [{ ip: '9.9.9.9' }, { ip: '8.8.8.8' }] } },
      '8.8.8.8,9.9.9.9,1.1.1.1',
      '<none>',
    ],
    ['ExternalName', { type: 'ExternalName', externalName: 'example.com' }, {}, 'example.com', '<none>'],
    ['external IPs', { type: 'ClusterIP', externalIPs: ['80.11.12.10'] }, {}, '80.11.12.10', '<none>'],
  ])('%s', (_, spec, status, external, ports) => {
    expect(cells(spec, status)).toMatchObject({ 'External-IP': external, 'Port(s)': ports });
  });

  it('shows no address of a name, and the selector in order', () => {
    expect(cells({ type: 'ExternalName', externalName: 'a.b' })).toMatchObject({
      'Cluster-IP': '<none>',
      Selector: '<none>',
    });
    expect(cells({ type: 'ClusterIP', clusterIPs: ['None'], selector: { b: '2', a: '1' } })).toMatchObject({
      'Cluster-IP': 'None',
      Selector: 'a=1,b=2',
    });
  });
});
