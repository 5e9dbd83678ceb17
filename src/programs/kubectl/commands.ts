import type { CommandEntry } from './command.ts';

/**
 * Every verb of kubectl, in the order in which the real one registers them (suggestions for a misspelt one come in this
 * order). A verb is loaded when it is used.
 */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'create', load: () => import('./verbs/create.ts') },
  { name: 'expose', load: () => import('./verbs/expose.ts') },
  { name: 'run', load: () => import('./verbs/run.ts') },
  { name: 'explain', load: () => import('./verbs/explain.ts') },
  { name: 'set', load: () => import('./verbs/set.ts') },
  { name: 'get', suggestFor: ['list', 'ps'], load: () => import('./verbs/get.ts') },
  { name: 'edit', load: () => import('./verbs/edit.ts') },
  { name: 'delete', suggestFor: ['rm'], load: () => import('./verbs/delete.ts') },
  { name: 'rollout', load: () => import('./verbs/rollout.ts') },
  { name: 'scale', suggestFor: ['resize'], load: () => import('./verbs/scale.ts') },
  { name: 'cluster-info', aliases: ['clusterinfo'], load: () => import('./verbs/cluster-info.ts') },
  { name: 'top', load: () => import('./verbs/top.ts') },
  { name: 'cordon', load: () => import('./verbs/cordon.ts') },
  { name: 'uncordon', load: () => import('./verbs/uncordon.ts') },
  { name: 'drain', load: () => import('./verbs/drain.ts') },
  { name: 'taint', load: () => import('./verbs/taint.ts') },
  { name: 'describe', load: () => import('./verbs/describe.ts') },
  { name: 'logs', load: () => import('./verbs/logs.ts') },
  { name: 'attach', load: () => import('./verbs/attach.ts') },
  { name: 'exec', load: () => import('./verbs/exec.ts') },
  { name: 'auth', load: () => import('./verbs/auth.ts') },
  { name: 'events', load: () => import('./verbs/events.ts') },
  { name: 'apply', load: () => import('./verbs/apply.ts') },
  { name: 'patch', load: () => import('./verbs/patch.ts') },
  { name: 'replace', load: () => import('./verbs/replace.ts') },
  { name: 'wait', load: () => import('./verbs/wait.ts') },
  { name: 'label', load: () => import('./verbs/label.ts') },
  { name: 'annotate', load: () => import('./verbs/annotate.ts') },
  { name: 'completion', load: () => import('./verbs/completion.ts') },
  { name: 'alpha', load: () => import('./verbs/alpha.ts') },
  { name: 'config', load: () => import('./verbs/config.ts') },
  { name: 'plugin', load: () => import('./verbs/plugin.ts') },
  { name: 'version', load: () => import('./verbs/version.ts') },
  { name: 'api-versions', load: () => import('./verbs/api-versions.ts') },
  { name: 'api-resources', load: () => import('./verbs/api-resources.ts') },
  { name: 'options', load: () => import('./verbs/options.ts') },
];
