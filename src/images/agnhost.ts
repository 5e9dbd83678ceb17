import { BUSYBOX, type Image } from './image.ts';

/** The test server of Kubernetes; without a command it pauses. */
export const agnhost: Image = {
  repositories: ['registry.k8s.io/e2e-test-images/agnhost', 'k8s.gcr.io/e2e-test-images/agnhost'],
  tags: 'any',
  sizeBytes: 53_345_106,
  env: [['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']],
  entrypoint: ['/agnhost'],
  cmd: ['pause'],
  exposed: ['80/tcp', '8080/tcp', '8081/tcp', '8081/udp', '9376/tcp'],
  workdir: '/',
  programs: [
    ...BUSYBOX.filter((name) => !name.startsWith('nslookup')),
    'agnhost',
    'bash',
    'curl',
    'dig',
    'host',
    'nslookup',
  ],
  shell: 'sh',
  prompt: '\\w # ',
  pullMs: 2800,
};
