import { DEBIAN_SLIM, type Image } from './image.ts';

/** BIND's tools on Debian: what the Kubernetes documentation debugs DNS with. */
export const dnsutils: Image = {
  repositories: ['registry.k8s.io/e2e-test-images/jessie-dnsutils', 'k8s.gcr.io/e2e-test-images/jessie-dnsutils'],
  tags: 'any',
  sizeBytes: 112_029_652,
  env: [['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']],
  entrypoint: [],
  cmd: ['/bin/bash'],
  workdir: '/',
  programs: [...DEBIAN_SLIM, 'dig', 'nslookup', 'host'],
  shell: 'bash',
  pullMs: 3400,
};
