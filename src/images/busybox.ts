import { BUSYBOX, type Image } from './image.ts';

const PATH: readonly [string, string] = ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

export const busybox: Image = {
  repositories: ['library/busybox'],
  tags: 'any',
  sizeBytes: 2_223_685,
  env: [PATH],
  entrypoint: [],
  cmd: ['sh'],
  programs: BUSYBOX,
  shell: 'sh',
  prompt: '\\w # ',
  pullMs: 900,
};

/** The tutorial's tool box: busybox with curl, and a prompt of its own. */
export const busyboxplus: Image = {
  repositories: ['radial/busyboxplus'],
  tags: ['latest', 'curl', 'git'],
  sizeBytes: 4_261_574,
  env: [PATH],
  entrypoint: [],
  cmd: ['/bin/sh'],
  programs: [...BUSYBOX.filter((name) => !name.startsWith('nslookup')), 'nslookup@busybox-1.22', 'curl'],
  shell: 'sh',
  prompt: '[ root@$HOSTNAME:\\w ]$ ',
  pullMs: 1600,
};
