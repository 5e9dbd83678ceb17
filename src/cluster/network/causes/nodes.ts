import { type Family, link } from './cause.ts';

/** The node at the end of the way is down. */
export const nodes: Family = {
  'node.dark': (_, step) => {
    const node = step.facts?.['node'] ?? '';
    return [
      link('node.power', { object: { kind: 'Node', name: node }, facts: { node }, evidence: 'kubectl get nodes' }),
    ];
  },
};
