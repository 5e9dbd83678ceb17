import type { CompletingEntry } from '../../machines/completion.ts';

/** kubectl, for a machine's PATH. It is loaded at first use, and each verb of it when it is used. */
export const kubectl: CompletingEntry = {
  name: 'kubectl',
  summary: 'controls the Kubernetes cluster manager',
  directory: '/usr/bin',
  program: async () => (await import('./program.ts')).program,
  completer: async () => (await import('./completion/index.ts')).completer,
};
