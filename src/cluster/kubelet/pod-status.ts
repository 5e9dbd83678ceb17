import type { ContainerStatus, Pod } from '../api/types.ts';

type PodStatus = NonNullable<Pod['status']>;
type Condition = NonNullable<PodStatus['conditions']>[number];

/** Conditions that others write and the kubelet keeps. */
const OTHERS = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady']);

/** What a kubelet knows of a pod, for its status. */
export interface PodFacts {
  readonly phase: string;
  readonly sandbox: boolean;
  readonly initialized: boolean;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  readonly nodeIP: string;
  /** Known once the sandbox has its network. */
  readonly podIP: string | undefined;
  readonly startTime: string;
  /** Why the kubelet would not run the pod, or ended it. */
  readonly failure: { readonly reason: string; readonly message: string } | undefined;
}

/** The status of a pod as the kubelet writes it (generateAPIPodStatus). `old` is as it is now, `time` is metav1.Time. */
export function podStatus(facts: PodFacts, pod: Pod, time: string): PodStatus {
  const { phase, containers, initContainers, podIP, nodeIP } = facts;
  const old = pod.status ?? {};
  return {
    conditions: conditions(facts, pod, time),
    containerStatuses: [...containers],
    hostIP: nodeIP,
    hostIPs: [{ ip: nodeIP }],
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: [...initContainers] }),
    ...(facts.failure === undefined ? {} : { message: facts.failure.message }),
    phase,
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    ...(old.qosClass === undefined ? {} : { qosClass: old.qosClass }),
    ...(facts.failure === undefined ? {} : { reason: facts.failure.reason }),
    startTime: facts.startTime,
  };
}

function conditions(facts: PodFacts, pod: Pod, time: string): Condition[] {
  const { phase, sandbox, initialized, containers } = facts;
  const old = pod.status?.conditions ?? [];
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const unready = containers.filter((each) => !each.ready).map((each) => each.name);
  const allReady = over === undefined && containers.length > 0 && unready.length === 0;
  const why =
    over === undefined
      ? { message: `containers with unready status: [${unready.join(' ')}]`, reason: 'ContainersNotReady' }
      : { reason: over };
  const make = (type: string, good: boolean, extra: { message?: string; reason?: string } = {}): Condition => {
    const status = good ? 'True' : 'False';
    const before = old.find((each) => each.type === type);
    return {
      lastProbeTime: null as unknown as string,
      lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? time) : time,
      ...extra,
      status,
      type,
    };
  };
  const gates = (pod.spec?.readinessGates ?? []).filter(
    ({ conditionType }) => old.find((each) => each.type === conditionType)?.status !== 'True',
  );
  const ready = allReady && gates.length === 0;
  const incomplete = facts.initContainers.filter((each) => !each.ready).map((each) => each.name);
  return [
    make('PodReadyToStartContainers', sandbox),
    make(
      'Initialized',
      initialized,
      initialized
        ? phase === 'Succeeded'
          ? { reason: 'PodCompleted' }
          : {}
        : {
            message: `containers with incomplete status: [${incomplete.join(' ')}]`,
            reason: 'ContainersNotInitialized',
          },
    ),
    make('Ready', ready, ready ? {} : allReady ? gatesClosed(gates, old) : why),
    make('ContainersReady', allReady, allReady ? {} : why),
    ...old.filter((each) => !OTHERS.has(each.type)),
  ];
}

function gatesClosed(
  gates: readonly { conditionType: string }[],
  old: readonly Condition[],
): { message: string; reason: string } {
  const each = gates.map(({ conditionType }) => {
    const found = old.find((condition) => condition.type === conditionType);
    return found === undefined
      ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
      : `the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`;
  });
  return { message: each.join(', '), reason: 'ReadinessGatesNotReady' };
}
