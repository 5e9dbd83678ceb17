import { Lab, NODE_A } from '../src/cluster/network/testing/lab.ts';
import type { Figure } from './figure.ts';

/** HTTP requests a second through a ClusterIP, traces included, as fast as possible. */
export function measureRequests(replicas: number, requests: number, services = 1): Figure {
  const lab = new Lab().nginx(replicas).service().wait(30);
  for (let i = 1; i < services; i++)
    lab.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `other-${i}` },
      spec: { ports: [{ port: 80 }], selector: { run: 'my-nginx' } },
    });
  lab.wait(5);
  const from = lab.node(NODE_A);
  const address = lab.clusterIP();
  let answered = 0;
  lab.network.onTrace((trace) => {
    if (trace.outcome === 'ok') answered++;
  });
  for (let i = 0; i < 2000; i++) lab.get(from, address);
  answered = 0;
  const began = performance.now();
  for (let i = 0; i < requests; i++) lab.get(from, address);
  const seconds = (performance.now() - began) / 1000;
  if (answered !== requests) throw new Error(`${requests - answered} of ${requests} requests failed`);
  return {
    name: `HTTP requests through a ClusterIP, ${replicas} pods, ${services} services`,
    value: Math.round(requests / seconds),
    unit: 'requests/s',
    least: 25_000,
  };
}

/** All figures of the network. */
export function networkFigures(): Figure[] {
  return [measureRequests(2, 100_000), measureRequests(1000, 100_000), measureRequests(100, 50_000, 1000)];
}
