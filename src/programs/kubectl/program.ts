import type { Program } from '../../machines/process.ts';
import { runKubectl } from './dispatch.ts';

export const program: Program = {
  name: 'kubectl',
  summary: 'controls the Kubernetes cluster manager',
  run: runKubectl,
};
