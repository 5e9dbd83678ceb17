import type { Flavour } from './flavour.ts';
import { gce } from './gce.ts';

/** The cluster on Google Compute Engine with two plain Docker hosts beside it. */
export const docker: Flavour = {
  ...gce,
  name: 'docker',
  dockerHosts: [
    { name: 'host-a', address: '192.0.2.10' },
    { name: 'host-b', address: '192.0.2.11' },
  ],
};
