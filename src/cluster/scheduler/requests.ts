import type { Container, Pod } from '../api/types.ts';
import { milliValue, quantityValue } from '../resources/quantity.ts';

/** What a pod asks of a node. */
export interface Requests {
  /** Thousandths of a core. */
  readonly cpu: number;
  readonly memory: number;
  /** The same for judging how full a node is: a container that asks for nothing counts a little all the same. */
  readonly scoreCpu: number;
  readonly scoreMemory: number;
  /** `TCP/8080` */
  readonly hostPorts: readonly string[];
}

/** What a container that asks for nothing is taken to use (DefaultMilliCPURequest, DefaultMemoryRequest). */
const USUAL_CPU = 100;
const USUAL_MEMORY = 200 * 1024 * 1024;

/** A pod's containers are the same object for as long as it lives, whatever its status. */
const known = new WeakMap<readonly Container[], Requests>();

/** What a pod asks for, of all its containers; an init container counts while it runs, which is before the others do. */
export function requestsOf(pod: Pod): Requests {
  const containers = pod.spec?.containers ?? [];
  let found = known.get(containers);
  if (found === undefined) {
    found = computed(pod);
    known.set(containers, found);
  }
  return found;
}

function computed(pod: Pod): Requests {
  const { containers = [], initContainers = [], overhead, hostNetwork } = pod.spec ?? {};
  const plain = initContainers.length === 0 && overhead === undefined && hostNetwork !== true;
  if (plain && containers.every(asksForNothing)) return modest(containers.length);
  const sum = { cpu: 0, memory: 0, scoreCpu: 0, scoreMemory: 0 };
  const most = { cpu: 0, memory: 0, scoreCpu: 0, scoreMemory: 0 };
  const beside = { cpu: 0, memory: 0, scoreCpu: 0, scoreMemory: 0 };
  for (const container of containers) add(sum, ofContainer(container));
  for (const container of initContainers) {
    const own = ofContainer(container);
    if (container.restartPolicy === 'Always') {
      add(sum, own);
      add(beside, own);
      continue;
    }
    for (const key of KEYS) most[key] = Math.max(most[key], own[key] + beside[key]);
  }
  for (const key of KEYS) sum[key] = Math.max(sum[key], most[key]);
  const extra = { cpu: milliValue(overhead?.['cpu']), memory: quantityValue(overhead?.['memory']) };
  add(sum, { ...extra, scoreCpu: extra.cpu, scoreMemory: extra.memory });
  const hostPorts = containers.flatMap((container) =>
    (container.ports ?? []).flatMap((port) => {
      const number = port.hostPort || (hostNetwork === true ? port.containerPort : 0);
      return number > 0 ? `${port.protocol ?? 'TCP'}/${number}` : [];
    }),
  );
  return { ...sum, hostPorts };
}

function asksForNothing({ resources, ports = [] }: Container): boolean {
  return resources?.requests === undefined && ports.every((port) => (port.hostPort ?? 0) === 0);
}

/** What so many containers count for that ask for nothing; most pods are so, and share one. */
function modest(containers: number): Requests {
  let found = MODEST.get(containers);
  if (found === undefined) {
    const [scoreCpu, scoreMemory] = [containers * USUAL_CPU, containers * USUAL_MEMORY];
    found = { cpu: 0, memory: 0, scoreCpu, scoreMemory, hostPorts: [] };
    MODEST.set(containers, found);
  }
  return found;
}

const MODEST = new Map<number, Requests>();

const KEYS = ['cpu', 'memory', 'scoreCpu', 'scoreMemory'] as const;
type Sum = Record<(typeof KEYS)[number], number>;

function add(sum: Sum, more: Sum): void {
  for (const key of KEYS) sum[key] += more[key];
}

function ofContainer(container: Container): Sum {
  const { cpu, memory } = container.resources?.requests ?? {};
  const asked = { cpu: milliValue(cpu), memory: quantityValue(memory) };
  return {
    ...asked,
    scoreCpu: cpu === undefined ? USUAL_CPU : asked.cpu,
    scoreMemory: memory === undefined ? USUAL_MEMORY : asked.memory,
  };
}
