import { describe, expect, it } from 'vitest';
import { Lab, NODE_A, NODE_B, rewrites, way } from './testing/lab.ts';

const status = (exchange: { reply?: { kind: string } }) =>
  exchange.reply?.kind === 'http' ? (exchange.reply as { status?: number }).status : undefined;

describe('between pods and nodes', () => {
  const lab = new Lab().nginx();
  const [a, b] = [lab.insidePod(NODE_A), lab.insidePod(NODE_B)];

  it('pods have addresses of their own node, and reach each other without NAT', () => {
    expect(lab.ipOn(NODE_A)).toMatch(/^10\.244\.3\.\d+$/);
    expect(lab.ipOn(NODE_B)).toMatch(/^10\.244\.2\.\d+$/);
    const { trace } = lab.get(a, lab.ipOn(NODE_B));
    expect(way(trace)).toEqual([
      'client.connect pod@905m',
      'route.out door@905m',
      'route.in door@ljyd',
      'server.answer pod@ljyd',
      'client.receive pod@905m',
    ]);
    expect(rewrites(trace)).toEqual([]);
    expect(trace.steps[1]?.rule).toBe('10.244.2.0/24 via 10.240.0.6 dev eth0');
    expect(trace).toMatchObject({
      outcome: 'ok',
      purpose: 'http',
      endpoint: { name: lab.podOn(NODE_B).metadata?.name },
    });
  });
  it('a node reaches its own pod across the bridge, from the address of the bridge', () => {
    const { trace } = lab.get(lab.node(NODE_A), lab.ipOn(NODE_A));
    expect(way(trace)).toEqual([
      'client.connect node@905m',
      'bridge.cross bridge@905m',
      'server.answer pod@905m',
      'client.receive node@905m',
    ]);
    expect(trace.steps[0]?.before.src).toBe('10.244.3.1');
  });
  it('a pod reaches itself and its localhost without leaving', () => {
    expect(way(lab.get(a, '127.0.0.1').trace)).toContain('local.deliver pod@905m');
    expect(way(lab.get(a, lab.ipOn(NODE_A)).trace)).toContain('local.deliver pod@905m');
  });
  it('nothing listens on the node itself', () => {
    const { trace } = lab.get(lab.node(NODE_A), '127.0.0.1');
    expect(trace).toMatchObject({ outcome: 'refused', code: 'server.refuse' });
    expect(trace.steps.find((step) => step.code === 'server.refuse')?.facts).toMatchObject({
      port: '80',
      protocol: 'TCP',
    });
  });
  it('a wrong port is refused, and the trace says what does listen', () => {
    const { trace } = lab.get(b, lab.ipOn(NODE_A), 8080);
    expect(trace.outcome).toBe('refused');
    expect(trace.steps.find((step) => step.code === 'server.refuse')?.facts).toEqual({
      port: '8080',
      protocol: 'TCP',
      listens: '80',
    });
    expect(trace.causes.map((cause) => cause.code)).toEqual([
      'symptom.refused',
      'port.nobody-listens',
      'request.wrong-port',
    ]);
  });
  it('a listener on 127.0.0.1 refuses everybody else', () => {
    const close = a.listen({
      protocol: 'TCP',
      address: '127.0.0.1',
      port: 9000,
      program: 'redis',
      serve: () => ({ kind: 'raw', data: '+PONG' }),
    });
    expect(lab.get(a, '127.0.0.1', 9000).trace.outcome).toBe('ok');
    const { trace } = lab.get(b, lab.ipOn(NODE_A), 9000);
    expect(trace).toMatchObject({ outcome: 'refused' });
    expect(trace.causes.at(-1)).toMatchObject({
      code: 'port.loopback-only',
      facts: { port: '9000', bound: '127.0.0.1' },
    });
    close();
  });
  it('times follow the way: two round trips for a request, one for an echo', () => {
    const near = lab.get(lab.node(NODE_A), lab.ipOn(NODE_A));
    const far = lab.get(lab.node(NODE_A), lab.ipOn(NODE_B));
    expect(near.trace.duration).toBeLessThan(far.trace.duration);
    expect(far.timing.connect).toBeGreaterThan(0);
    expect(far.timing.connect).toBeLessThan(far.trace.duration);
    for (const { trace } of [near, far])
      expect(trace.steps.map((step) => step.time)).toEqual(
        [...trace.steps.map((step) => step.time)].sort((x, y) => x - y),
      );
  });
});

describe('ping', () => {
  it('is answered by pods and nodes, with a time to live that counts the routers', () => {
    const lab = new Lab().nginx();
    const node = lab.node(NODE_A);
    expect(lab.ping(node, lab.ipOn(NODE_A))).toMatchObject({ trace: { outcome: 'ok' }, ttl: 64 });
    expect(lab.ping(lab.insidePod(NODE_A), lab.ipOn(NODE_B))).toMatchObject({ trace: { outcome: 'ok' }, ttl: 63 });
    expect(lab.ping(node, '10.240.0.6').trace.outcome).toBe('ok');
  });
  it('is not answered by a ClusterIP', () => {
    const lab = new Lab().nginx().service();
    for (const from of [lab.node(NODE_A), lab.insidePod(NODE_B)]) {
      const { trace } = lab.ping(from, lab.clusterIP());
      expect(trace).toMatchObject({ outcome: 'timeout', code: 'icmp.unowned', service: { name: 'my-nginx' } });
      expect(trace.causes.at(-1)).toMatchObject({ code: 'cluster-ip.icmp', object: { fieldPath: 'spec.clusterIP' } });
    }
  });
  it('of an address that no pod has is answered by whoever should know', () => {
    const lab = new Lab().nginx();
    const node = lab.node(NODE_A);
    expect(lab.ping(node, '10.244.3.200')).toMatchObject({ trace: { outcome: 'unreachable' }, reporter: '10.244.3.1' });
    expect(lab.ping(node, '10.244.2.200')).toMatchObject({ trace: { outcome: 'unreachable' }, reporter: '10.240.0.6' });
    const inside = lab.insidePod(NODE_A);
    expect(lab.ping(inside, '10.244.3.200').reporter).toBe(inside.address);
    expect(lab.get(node, '10.244.3.200').trace.duration).toBeGreaterThan(3000);
  });
});

describe('a ClusterIP', () => {
  it('is rewritten on the node of the client, and restored on the way back', () => {
    const lab = new Lab().nginx().service();
    const ip = lab.clusterIP();
    const traces = Array.from({ length: 40 }, () => lab.get(lab.node(NODE_A), ip).trace);
    const far = traces.find((trace) => trace.endpoint?.name === lab.podOn(NODE_B).metadata?.name);
    if (far === undefined) throw new Error('never went to the other node');
    expect(way(far)).toEqual([
      'client.connect node@905m',
      'proxy.dnat rules@905m',
      'route.out door@905m',
      'route.in door@ljyd',
      'server.answer pod@ljyd',
      'proxy.restore rules@905m',
      'client.receive node@905m',
    ]);
    expect(rewrites(far)).toEqual([
      `DNAT 10.240.0.7>${ip}:80 => 10.240.0.7>${lab.ipOn(NODE_B)}:80`,
      `SNAT ${lab.ipOn(NODE_B)}>10.240.0.7:* => ${ip}>10.240.0.7:*`,
    ]);
    expect(far.steps[1]).toMatchObject({
      rewrite: 'DNAT',
      object: { kind: 'Service', name: 'my-nginx', namespace: 'default' },
      facts: { service: 'default/my-nginx', endpoints: '2', endpoint: `${lab.ipOn(NODE_B)}:80` },
    });
    expect(far.steps.at(-1)?.facts).toEqual({ status: '200' });
    // From the node to its own pod the sender becomes the bridge, as MASQUERADE picks the interface it leaves by.
    const near = traces.find((trace) => trace.endpoint?.name === lab.podOn(NODE_A).metadata?.name);
    expect(near?.steps[1]?.after?.src).toBe('10.244.3.1');
  });
  it('spreads requests evenly', () => {
    const lab = new Lab().nginx(5).service();
    const counts = new Map<string, number>();
    for (let i = 0; i < 5000; i++) {
      const name = lab.get(lab.node(NODE_B), lab.clusterIP()).trace.endpoint?.name ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(5);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
  it('keeps the sender for pods, except for one that reaches itself', () => {
    const lab = new Lab().nginx(1).service();
    const [pod] = lab.pods();
    const node = pod?.spec?.nodeName ?? '';
    const { trace } = lab.get(lab.insidePod(node), lab.clusterIP());
    expect(trace.outcome).toBe('ok');
    expect(trace.steps[1]?.after?.src).toBe(node === NODE_A ? '10.244.3.1' : '10.244.2.1');
    const lab2 = new Lab().nginx().service();
    const far = Array.from({ length: 20 }, () => lab2.get(lab2.insidePod(NODE_A), lab2.clusterIP()).trace).find(
      (each) => each.endpoint?.name === lab2.podOn(NODE_B).metadata?.name,
    );
    expect(far?.steps[1]?.after?.src).toBe(lab2.ipOn(NODE_A));
  });
  it('rejects at once when nobody is behind it', () => {
    const lab = new Lab().nginx().service({ selector: { run: 'my-ngnix' } });
    const { trace } = lab.get(lab.node(NODE_B), lab.clusterIP());
    expect(way(trace)).toEqual(['client.connect node@ljyd', 'proxy.reject rules@ljyd', 'client.refused node@ljyd']);
    expect(trace.steps[1]?.rule).toBe(
      `-A KUBE-SERVICES -d ${lab.clusterIP()}/32 -p tcp -m comment --comment "default/my-nginx has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable`,
    );
    expect(trace.causes.map((cause) => cause.code)).toEqual([
      'symptom.refused',
      'rules.reject',
      'service.no-endpoints',
      'selector.no-match',
    ]);
    expect(trace.causes.at(-1)).toMatchObject({
      object: { kind: 'Service', name: 'my-nginx', fieldPath: 'spec.selector.run' },
      facts: { selector: 'run=my-ngnix', labels: 'run=my-nginx', key: 'run', wanted: 'my-ngnix', found: 'my-nginx' },
    });
  });
  it('vanishes on a port that the Service does not have', () => {
    const lab = new Lab().nginx().service();
    const { trace } = lab.get(lab.node(NODE_A), lab.clusterIP(), 8080);
    expect(trace).toMatchObject({ outcome: 'timeout', code: 'route.lost' });
    expect(trace.duration).toBeGreaterThan(120_000);
    expect(trace.causes.at(-1)).toMatchObject({
      code: 'service.port-unknown',
      facts: { asked: '8080', ports: '80/TCP' },
    });
  });
  it('leads to a refusal when the targetPort is wrong', () => {
    const lab = new Lab().nginx().service({ ports: [{ port: 80, targetPort: 8080 }] });
    const { trace } = lab.get(lab.node(NODE_A), lab.clusterIP());
    expect(trace).toMatchObject({ outcome: 'refused', code: 'server.refuse' });
    expect(trace.causes.map((cause) => cause.code)).toEqual([
      'symptom.refused',
      'port.nobody-listens',
      'target-port.wrong',
    ]);
    expect(trace.causes.at(-1)).toMatchObject({
      object: { kind: 'Service', fieldPath: 'spec.ports[0].targetPort' },
      facts: { targetPort: '8080', listens: '80' },
    });
  });
  it('with session affinity always leads to the same pod, until the time is over', () => {
    const lab = new Lab().nginx(4).service({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    });
    const hit = () => lab.get(lab.node(NODE_A), lab.clusterIP()).trace;
    const first = hit().endpoint?.name;
    for (let i = 0; i < 20; i++) expect(hit().endpoint?.name).toBe(first);
    expect(hit().steps[1]?.facts?.['affinity']).toBe('60');
    const names = new Set<string | undefined>();
    for (let i = 0; i < 12; i++) names.add(lab.wait(61) && hit().endpoint?.name);
    expect(names.size).toBeGreaterThan(1);
  });
  it('with a Local policy only knows the pods of the node', () => {
    const lab = new Lab().nginx(1).service({ internalTrafficPolicy: 'Local' });
    const [pod] = lab.pods();
    const home = pod?.spec?.nodeName ?? '';
    const other = home === NODE_A ? NODE_B : NODE_A;
    expect(status(lab.get(lab.node(home), lab.clusterIP()))).toBe(200);
    const { trace } = lab.get(lab.node(other), lab.clusterIP());
    expect(trace).toMatchObject({ outcome: 'timeout', code: 'proxy.drop' });
    expect(trace.causes.at(-1)).toMatchObject({
      code: 'service.no-local-endpoints',
      object: { fieldPath: 'spec.internalTrafficPolicy' },
    });
  });
});

describe('from outside', () => {
  it('a private address leads nowhere', () => {
    const lab = new Lab().nginx().service();
    for (const address of [lab.clusterIP(), lab.ipOn(NODE_A), '10.240.0.7']) {
      const { trace } = lab.get(lab.network.laptop, address);
      expect(trace).toMatchObject({ outcome: 'timeout', code: 'route.none' });
      expect(trace.causes.at(-1)?.code).toBe('outside.no-route');
    }
  });
  it('a node port leads in by any node, and both ends are rewritten', () => {
    const lab = new Lab().nginx(1).service({ type: 'NodePort' });
    const [pod] = lab.pods();
    const home = pod?.spec?.nodeName ?? '';
    const [other, external, internal] =
      home === NODE_A ? [NODE_B, '23.251.152.56', '10.240.0.6'] : [NODE_A, '104.197.41.11', '10.240.0.7'];
    const { trace } = lab.get(lab.network.laptop, external, lab.nodePort());
    const [o, h] = [other.slice(-4), home.slice(-4)];
    expect(way(trace)).toEqual([
      'client.connect laptop',
      'cloud.nat internet',
      `proxy.dnat rules@${o}`,
      `route.out door@${o}`,
      `route.in door@${h}`,
      `server.answer pod@${h}`,
      `proxy.restore rules@${o}`,
      'cloud.restore internet',
      'client.receive laptop',
    ]);
    expect(trace.steps[2]?.after).toMatchObject({ src: internal, dst: pod?.status?.podIP, dstPort: 80 });
    expect(trace.steps.at(-1)?.before).toMatchObject({ src: external, srcPort: lab.nodePort(), dst: '198.51.100.23' });
  });
  it('externalTrafficPolicy Local keeps the sender, and drops where no pod is', () => {
    const lab = new Lab().nginx(1).service({ type: 'NodePort', externalTrafficPolicy: 'Local' });
    const [pod] = lab.pods();
    const atA = pod?.spec?.nodeName === NODE_A;
    const [home, away] = atA ? ['104.197.41.11', '23.251.152.56'] : ['23.251.152.56', '104.197.41.11'];
    const good = lab.get(lab.network.laptop, home, lab.nodePort()).trace;
    expect(good.outcome).toBe('ok');
    expect(good.steps.find((step) => step.code === 'proxy.dnat')?.after?.src).toBe('198.51.100.23');
    const bad = lab.get(lab.network.laptop, away, lab.nodePort()).trace;
    expect(bad).toMatchObject({ outcome: 'timeout', code: 'proxy.drop' });
    expect(bad.causes.at(-1)).toMatchObject({ object: { fieldPath: 'spec.externalTrafficPolicy' } });
    // The nodes themselves and their pods are sent to all endpoints.
    const name = pod?.spec?.nodeName === NODE_A ? NODE_B : NODE_A;
    expect(lab.get(lab.node(name), lab.node(name).address ?? '', lab.nodePort()).trace.outcome).toBe('ok');
  });
  it('a node port is open on localhost of the node too', () => {
    const lab = new Lab().nginx().service({ type: 'NodePort' });
    expect(lab.get(lab.node(NODE_A), '127.0.0.1', lab.nodePort()).trace.outcome).toBe('ok');
    expect(lab.get(lab.node(NODE_A), '127.0.0.1', lab.nodePort() + 1).trace.outcome).toBe('refused');
  });
  it('a node port without endpoints is refused', () => {
    const lab = new Lab().nginx(0).service({ type: 'NodePort' });
    const { trace } = lab.get(lab.network.laptop, '104.197.41.11', lab.nodePort());
    expect(trace).toMatchObject({ outcome: 'refused', code: 'proxy.reject' });
    expect(trace.causes.at(-1)).toMatchObject({
      code: 'deployment.scaled-to-zero',
      object: { fieldPath: 'spec.replicas' },
    });
  });
  it('a load balancer picks a node that lives', () => {
    const lab = new Lab().nginx(4).service({ type: 'LoadBalancer' }).wait(60);
    const address = lab.serviceObject().status?.loadBalancer?.ingress?.[0]?.ip ?? '';
    expect(address).not.toBe('');
    const hit = () => lab.get(lab.network.laptop, address).trace;
    expect(way(hit())[1]).toBe('cloud.balance loadbalancer');
    expect(hit().outcome).toBe('ok');
    lab.cluster.setPower(NODE_B, false);
    lab.wait(120);
    for (let i = 0; i < 10; i++) expect(way(hit())[2]).toBe('proxy.dnat rules@905m');
    // From inside the address is a rule of the node's own.
    expect(way(lab.get(lab.node(NODE_A), address).trace)[1]).toBe('proxy.dnat rules@905m');
  });
  it('a balancer that is known by name opens connections of its own', () => {
    const lab = new Lab({ flavour: 'aws' }).nginx().service({ type: 'LoadBalancer' }).wait(60);
    const hostname = lab.serviceObject().status?.loadBalancer?.ingress?.[0]?.hostname ?? '';
    const [address = ''] = lab.network.lookup(lab.network.laptop, hostname, {
      program: 'curl',
      target: hostname,
    }).addresses;
    const { trace } = lab.get(lab.network.laptop, address);
    expect(trace.outcome).toBe('ok');
    expect(way(trace).slice(1, 3)).toEqual(['cloud.balance loadbalancer', 'cloud.proxy loadbalancer']);
    expect(trace.steps.at(-1)?.before.src).toBe(address);
  });
  it('the internet is reached under the address of the node', () => {
    const lab = new Lab().nginx();
    const { trace } = lab.get(lab.insidePod(NODE_A), '203.0.113.10');
    expect(trace.outcome).toBe('ok');
    expect(rewrites(trace).slice(0, 2)).toEqual([
      `SNAT ${lab.ipOn(NODE_A)}>203.0.113.10:80 => 10.240.0.7>203.0.113.10:80`,
      '1:1 10.240.0.7>203.0.113.10:80 => 104.197.41.11>203.0.113.10:80',
    ]);
    expect(trace.steps.at(-1)?.before.dst).toBe(lab.ipOn(NODE_A));
  });
});

describe('a node without power', () => {
  it('swallows packets at first; then its neighbours know', () => {
    const lab = new Lab().nginx();
    const there = lab.ipOn(NODE_B);
    lab.cluster.setPower(NODE_B, false);
    const early = lab.get(lab.node(NODE_A), there).trace;
    expect(early).toMatchObject({ outcome: 'timeout', code: 'node.dark' });
    expect(early.causes.at(-1)).toMatchObject({ code: 'node.power', object: { kind: 'Node', name: NODE_B } });
    lab.wait(40);
    expect(lab.ping(lab.node(NODE_A), '10.240.0.6')).toMatchObject({
      trace: { outcome: 'unreachable' },
      reporter: '10.240.0.7',
    });
    expect(lab.ping(lab.insidePod(NODE_A), there).reporter).toBe('10.244.3.1');
  });
  it('keeps its last rules while it is dark, and reads all anew when it comes back', () => {
    const lab = new Lab().nginx().service();
    lab.cluster.setPower(NODE_B, false);
    lab.wait(1);
    lab.service({}, 'second');
    expect(lab.network.rulesOf(NODE_A).find('TCP', lab.clusterIP('second'), 80)).toBeDefined();
    expect(lab.network.rulesOf(NODE_B).find('TCP', lab.clusterIP('second'), 80)).toBeUndefined();
    lab.cluster.setPower(NODE_B, true);
    expect(lab.network.rulesOf(NODE_B).find('TCP', lab.clusterIP('second'), 80)).toBeDefined();
  });
});

describe('rules reach each node on its own', () => {
  it('some tens of milliseconds later', () => {
    const lab = new Lab().nginx();
    lab.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'late' },
      spec: { ports: [{ port: 80 }], selector: { run: 'my-nginx' } },
    });
    const known = (node: string) => lab.network.rulesOf(node).find('TCP', lab.clusterIP('late'), 80) !== undefined;
    expect([known(NODE_A), known(NODE_B)]).toEqual([false, false]);
    const moments = new Set<string>();
    for (let i = 0; i < 30; i++) {
      lab.wait(0.005);
      moments.add(`${known(NODE_A)} ${known(NODE_B)}`);
    }
    expect([...moments].at(-1)).toBe('true true');
    expect(moments.size).toBe(3);
  });
});

it('traces are kept up to a number, and probes only told to who asks', () => {
  const lab = new Lab().nginx();
  const seen: number[] = [];
  lab.network.onTrace((trace) => seen.push(trace.id));
  for (let i = 0; i < 1300; i++) lab.get(lab.node(NODE_A), lab.ipOn(NODE_A));
  expect(seen.length).toBe(1300);
  expect(lab.network.recent().length).toBe(500);
  expect(lab.network.recent().at(-1)?.id).toBe(seen.at(-1));
});
