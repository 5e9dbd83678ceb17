import type { Image } from './image.ts';

const PATH: readonly [string, string] = ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** The cluster's DNS server. Distroless: no shell inside. */
export const coredns: Image = {
  repositories: ['registry.k8s.io/coredns/coredns'],
  tags: 'any',
  sizeBytes: 20_939_036,
  env: [PATH],
  entrypoint: ['/coredns'],
  cmd: [],
  workdir: '/',
  programs: ['coredns'],
  shell: 'sh',
  pullMs: 1500,
};

/** kube-proxy runs on the node's own network; its rules are the network's business. */
export const kubeProxy: Image = {
  repositories: ['registry.k8s.io/kube-proxy', 'registry.k8s.io/kube-proxy-amd64'],
  tags: 'any',
  sizeBytes: 31_891_765,
  env: [PATH],
  entrypoint: ['/usr/local/bin/kube-proxy'],
  cmd: [],
  programs: ['kube-proxy'],
  shell: 'sh',
  pullMs: 2000,
};

export const pause: Image = {
  repositories: ['registry.k8s.io/pause'],
  tags: 'any',
  sizeBytes: 320_368,
  env: [PATH],
  entrypoint: ['/pause'],
  cmd: [],
  programs: ['pause'],
  shell: 'sh',
  pullMs: 300,
};

export const defaultBackend: Image = {
  ...pause,
  repositories: ['registry.k8s.io/defaultbackend-amd64'],
  sizeBytes: 1_847_640,
};
