import type { KubeObject, Pod } from '../cluster/api/types.ts';
import { emptyVariable } from '../cluster/network/causes/environment.ts';
import type { CommandRecord } from '../lessons/conditions.ts';
import type { Explained } from '../programs/hopscope/attempt.ts';
import type { Session } from './session.ts';

/** Why the last command failed, where no packet tells: it was never sent. */
export function explainLastCommand(session: Session, commands: readonly CommandRecord[]): Explained | undefined {
  const last = commands.findLast((each) => !/^(hopscope|echo|clear|sleep)\b/.test(each.line));
  if (last === undefined || last.status === 0) return undefined;
  const pod = podOf(session, last);
  const found = pod === undefined ? undefined : emptyVariable(session.cluster, pod, last.line);
  return found === undefined ? undefined : { request: { machine: last.machine, line: last.line }, ...found };
}

/** The pod in which a command ran: its machine, or what `kubectl exec` named. */
function podOf(session: Session, { machine, line }: CommandRecord): (Pod & KubeObject) | undefined {
  const pods = session.cluster.clients.resource<Pod & KubeObject>('pods');
  const [kind, namespace = 'default', name = ''] = machine.split('/');
  if (kind === 'pod') return pods.find(name, namespace);
  const target = /^kubectl\s+exec\s+(?:-\S+\s+)*([\w./-]+)/.exec(line)?.[1];
  if (target === undefined) return undefined;
  const [type = '', owner] = target.split('/');
  const plain = owner === undefined ? type : /^pods?$|^po$/.test(type) ? owner : undefined;
  if (plain !== undefined) return pods.find(plain, 'default');
  return pods.list({ namespace: 'default' }).find((pod) => pod.metadata?.name?.startsWith(`${owner}-`) === true);
}
