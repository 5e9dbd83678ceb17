/** Measures one group of figures and prints them as JSON. Each group has a process to itself, as cold as a page just opened. */
import { replicaFigures, sliceFigures, startFigures, traceFigures } from './engine.ts';
import type { Figure } from './figure.ts';
import { kubectlFigures } from './kubectl.ts';
import { networkFigures } from './network.ts';
import { whyFigures } from './why.ts';

export const GROUPS: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  start: startFigures,
  'replicas-1000': () => replicaFigures(1000),
  'replicas-10000': () => replicaFigures(10_000),
  slices: () => sliceFigures(1000),
  network: networkFigures,
  kubectl: kubectlFigures,
  traces: () => traceFigures(1000, 5000),
  why: whyFigures,
};

const group = GROUPS[process.argv[2] ?? ''];
if (group === undefined) {
  console.log(JSON.stringify(Object.keys(GROUPS)));
} else {
  console.log(JSON.stringify(await group()));
  process.exit(0);
}
