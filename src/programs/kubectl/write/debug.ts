import type { Container, EnvVar } from 'kubernetes-types/core/v1';
import { clone, type KubeObject, type Pod } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { attachTo } from '../remote/attach.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { deleteInfo, waitUntilGone } from './deletion.ts';
import { createObject, patchObject } from './requests.ts';
import { strategicPatchBetween } from './three-way.ts';
import { watchObject } from './watch.ts';

type AnyPod = Pod & KubeObject;

/** Letters of names that are made up (apimachinery's util/rand). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** `kubectl debug` of one pod or node: `words` are the command. @throws Failure */
export function* debugWith(
  invocation: Invocation,
  info: ResourceInfo,
  object: AnyPod | undefined,
  words: readonly string[],
): Routine {
  const { flags } = invocation;
  if (object === undefined) return;
  if (info.mapping?.kind === 'Node') {
    yield* debugNode(invocation, info, words);
    return;
  }
  if (info.mapping?.kind !== 'Pod')
    throw new Failure(
      `"${info.mapping?.group ?? ''}/${info.mapping?.version ?? ''}, Kind=${info.mapping?.kind ?? ''}" not supported by debug`,
    );
  if (flags.string('copy-to') === '') yield* addEphemeral(invocation, info, object, words);
  else yield* debugCopy(invocation, info, object, words);
}

function random(invocation: Invocation): string {
  return invocation.context.machine.world.sim.random.stream('kubectl-debug').text(5, LETTERS);
}

/** The container that a command line describes. */
function debugger_(invocation: Invocation, name: string, words: readonly string[]): Container {
  const { flags } = invocation;
  const env: EnvVar[] = flags.list('env').map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new Failure(`invalid env: ${pair}`);
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  const policy = flags.string('image-pull-policy');
  return {
    name,
    image: flags.string('image'),
    ...(env.length === 0 ? {} : { env }),
    ...(policy === '' ? {} : { imagePullPolicy: policy }),
    ...(words.length === 0 ? {} : flags.bool('arguments-only') ? { args: [...words] } : { command: [...words] }),
    resources: {},
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    terminationMessagePolicy: 'File',
    ...(flags.bool('tty') ? { tty: true } : {}),
  };
}

function* chosenName(invocation: Invocation, taken: readonly string[]): Routine<string> {
  const { flags } = invocation;
  const given = flags.string('container');
  if (given !== '') return given;
  let name: string;
  do name = `debugger-${random(invocation)}`;
  while (taken.includes(name));
  if (!flags.bool('quiet')) yield* invocation.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function* addEphemeral(invocation: Invocation, info: ResourceInfo, pod: AnyPod, words: readonly string[]): Routine {
  const { flags } = invocation;
  const all = [...(pod.spec?.containers ?? []), ...((pod.spec?.ephemeralContainers ?? []) as Container[])];
  const name = yield* chosenName(
    invocation,
    all.map((one) => one.name),
  );
  const target = flags.string('target');
  const container = {
    ...debugger_(invocation, name, words),
    ...(target === '' ? {} : { targetContainerName: target }),
  };
  const after = clone(pod);
  if (after.spec !== undefined)
    after.spec.ephemeralContainers = [...(pod.spec?.ephemeralContainers ?? []), container as never];
  const patch = strategicPatchBetween(pod, after);
  let done: KubeObject;
  try {
    done = yield* patchObject(invocation, info, 'application/strategic-merge-patch+json', patch, {
      manager: undefined,
      subresource: 'ephemeralcontainers',
    });
  } catch (error) {
    if (error instanceof StatusFailure && error.reason === 'NotFound' && (error.answer.details?.name ?? '') === '')
      throw new Failure(
        `ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)}).`,
      );
    throw error;
  }
  yield* attachIfWanted(invocation, { ...info, object: done }, name);
}

function* debugCopy(invocation: Invocation, info: ResourceInfo, pod: AnyPod, words: readonly string[]): Routine {
  const { flags } = invocation;
  const { mapping } = info;
  if (mapping === undefined) return;
  const kept = (flag: string, value: object | undefined) =>
    flags.bool(flag) && value !== undefined ? value : undefined;
  // A copy with nothing but other images is still what Services look for.
  const imagesOnly =
    flags.string('image') === '' && flags.string('container') === '' && flags.list('set-image').length > 0;
  const labels = imagesOnly ? pod.metadata?.labels : kept('keep-labels', pod.metadata?.labels);
  const annotations = kept('keep-annotations', pod.metadata?.annotations);
  const { nodeName, ephemeralContainers: _, ...spec } = clone(pod).spec ?? { containers: [] };
  const copy = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: flags.string('copy-to'),
      namespace: info.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: { ...spec, ...(flags.bool('same-node') && nodeName !== undefined ? { nodeName } : {}) },
  } as AnyPod & { spec: NonNullable<Pod['spec']> };
  const images = new Map(flags.list('set-image').map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
  for (const container of copy.spec.containers) {
    for (const [flag, probe] of PROBES) if (!flags.bool(flag)) delete container[probe];
    const image = images.get(container.name) ?? images.get('*');
    if (image !== undefined) container.image = image;
  }
  if (!flags.bool('keep-init-containers')) delete copy.spec.initContainers;
  const names = copy.spec.containers.map((one) => one.name);
  let name = flags.string('container');
  const image = flags.string('image');
  const there = copy.spec.containers.find((one) => one.name === name);
  if (there !== undefined) {
    if (image !== '') there.image = image;
    change(invocation, there, words);
  } else if (image !== '') {
    name = yield* chosenName(invocation, names);
    copy.spec.containers.push(debugger_(invocation, name, words));
  } else {
    if (name !== '') throw new Failure('you must specify image when creating new container');
    name = names[0] ?? '';
    const first = copy.spec.containers[0];
    if (first !== undefined && words.length > 0) change(invocation, first, words);
  }
  if (flags.changed('share-processes')) copy.spec.shareProcessNamespace = flags.bool('share-processes');
  const made = yield* createObject(invocation, mapping, info.namespace, copy, { manager: undefined });
  if (flags.bool('replace')) {
    const uid = yield* deleteInfo(invocation, info, { propagationPolicy: 'Background', gracePeriodSeconds: 0 });
    yield* waitUntilGone(invocation, [info], Number.POSITIVE_INFINITY, new Map([[info, uid]]));
  }
  yield* attachIfWanted(invocation, { ...info, name: made.metadata?.name ?? '', object: made }, name);
}

const PROBES: readonly (readonly [string, 'livenessProbe' | 'readinessProbe' | 'startupProbe'])[] = [
  ['keep-liveness', 'livenessProbe'],
  ['keep-readiness', 'readinessProbe'],
  ['keep-startup', 'startupProbe'],
];

function change(invocation: Invocation, container: Container, words: readonly string[]): void {
  const { flags } = invocation;
  if (words.length > 0) {
    if (flags.bool('arguments-only')) container.args = [...words];
    else {
      container.command = [...words];
      delete container.args;
    }
  }
  if (flags.bool('stdin')) container.stdin = true;
  if (flags.bool('tty')) container.tty = true;
}

function* debugNode(invocation: Invocation, info: ResourceInfo, words: readonly string[]): Routine {
  const { flags, namespace } = invocation;
  const mapping = (yield* invocation.mapper()).mappingFor('pods');
  const name = flags.string('container') || 'debugger';
  const pod = `node-debugger-${info.name}-${random(invocation)}`;
  const container: Container = {
    ...debugger_(invocation, name, words),
    volumeMounts: [{ mountPath: '/host', name: 'host-root' }],
  };
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace: namespace.name },
    spec: {
      containers: [container],
      hostIPC: true,
      hostNetwork: true,
      hostPID: true,
      nodeName: info.name,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      volumes: [{ name: 'host-root', hostPath: { path: '/' } }],
    },
  } as KubeObject;
  if (!flags.bool('quiet'))
    yield* invocation.out(`Creating debugging pod ${pod} with container ${name} on node ${info.name}.\n`);
  const made = yield* createObject(invocation, mapping, namespace.name, object, { manager: undefined });
  yield* attachIfWanted(invocation, { mapping, name: pod, namespace: namespace.name, object: made }, name);
}

/** Waits until the container runs, and attaches to it. */
function* attachIfWanted(invocation: Invocation, info: ResourceInfo, name: string): Routine {
  const { flags } = invocation;
  if (!(flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin'))) return;
  const pod = yield* watchObject(invocation, info, Number.POSITIVE_INFINITY, function* (object) {
    yield* [];
    if (object === undefined) throw new Failure(`pods ${JSON.stringify(info.name)} not found`);
    const { status } = object as AnyPod;
    const found = [...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].find(
      (one) => one.name === name,
    );
    return found?.state?.running !== undefined || found?.state?.terminated !== undefined
      ? (object as AnyPod)
      : undefined;
  });
  const container = [...(pod?.spec?.containers ?? []), ...((pod?.spec?.ephemeralContainers ?? []) as Container[])].find(
    (one) => one.name === name,
  );
  if (pod === undefined || container === undefined)
    throw new Failure(`container ${name} not found in pod ${info.name}`);
  yield* attachTo(invocation, pod, container, {
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
    quiet: flags.bool('quiet'),
  });
}
