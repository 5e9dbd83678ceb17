import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../cluster/api/types.ts';
import type { FrozenKind } from '../testing/frozen-api.ts';

/** One command line and what kubectl did with it. */
export interface Recorded {
  readonly line: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** A command line on a state of a simulated cluster: what kubectl did with it, and when. */
export interface RecordedOnState extends Recorded {
  /** Calendar time in ms by kubectl's own clock: the server's stands still. */
  readonly at: number;
  /** For those that write: the objects that are not as they were (null: gone), by kind, namespace and name. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

/** Where kubectl's answers on states are kept, and of which state they are. */
export interface StateRecording {
  readonly state: string;
  readonly cases: readonly RecordedOnState[];
}

/** A recording of one corpus: the real kubectl's answers, and when they were given. */
export interface Recording {
  /** Calendar time in ms that the cluster was frozen at. */
  readonly now: number;
  readonly cases: readonly Recorded[];
}

/** A corpus: command lines for one cluster. A line is what follows `kubectl `; `#` begins a comment. */
export interface Corpus {
  readonly cluster: string;
  /** The state of a simulated cluster that they are run on, each on a copy of its own. */
  readonly state: string;
  readonly lines: readonly string[];
}

export function parseCorpus(text: string): Corpus {
  const cluster = /^# cluster: (\S+)$/m.exec(text)?.[1] ?? 'none';
  const state = /^# state: (\S+)$/m.exec(text)?.[1] ?? '';
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { cluster, state, lines };
}

/** The command lines of a case: several, run one after the other, stand with `;;` between them. */
export function commandLines(line: string): string[] {
  return line.split(' ;; ');
}

/** Splits a command line as a shell does: quotes and backslashes, nothing else. */
export function words(line: string): string[] {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === ' ') {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", i + 1);
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      word ??= '';
      for (i++; line.charAt(i) !== '"'; i++) {
        if (line.charAt(i) === '\\') i++;
        word += line.charAt(i);
      }
    } else {
      if (char === '\\') i++;
      word = (word ?? '') + line.charAt(i);
    }
  }
  if (word !== undefined) out.push(word);
  return out;
}

/** The objects of a frozen cluster at a time: `$(25m30s)` is that long before. */
export function clusterObjects(text: string, now: number): KubeObject[] {
  const filled = text.replace(/\$\(([\dhdms]+)\)(\.000000)?/g, (_, ago: string, micro: string | undefined) => {
    const iso = new Date(Math.floor((now - milliseconds(ago)) / 1000) * 1000).toISOString().slice(0, 19);
    return `"${iso}${micro ?? ''}Z"`;
  });
  return parseAllDocuments(filled).map((document) => document.toJS() as KubeObject);
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

function milliseconds(text: string): number {
  return [...text.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}

const kind = (group: string, name: string, plural: string, more: Partial<FrozenKind> = {}): FrozenKind => ({
  group,
  version: 'v1',
  kind: name,
  plural,
  singular: name.toLowerCase(),
  namespaced: true,
  ...more,
});

/** Kinds that the frozen clusters have beyond the simulated ones. */
export const MORE_KINDS: readonly FrozenKind[] = [
  kind('apps', 'StatefulSet', 'statefulsets', { shortNames: ['sts'], categories: ['all'] }),
  kind('apps', 'DaemonSet', 'daemonsets', { shortNames: ['ds'], categories: ['all'] }),
  kind('batch', 'Job', 'jobs', { categories: ['all'] }),
  kind('networking.k8s.io', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  kind('networking.k8s.io', 'Ingress', 'ingresses', { shortNames: ['ing'] }),
  kind('example.com', 'Widget', 'widgets', { version: 'v1alpha1', shortNames: ['wd'] }),
];

/** The kubeconfig that both kubectls use. */
export function kubeconfig(server: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: ${server}
  name: hopscope
contexts:
- context:
    cluster: hopscope
    user: learner
  name: hopscope
- context:
    cluster: hopscope
    namespace: kube-system
    user: learner
  name: system
current-context: hopscope
preferences: {}
users:
- name: learner
  user: {}
`;
}

/** The address that recordings name. */
export const RECORDED_SERVER = 'http://127.0.0.1:8001';
