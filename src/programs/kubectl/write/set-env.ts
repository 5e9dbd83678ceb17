import type { Container, EnvVar } from 'kubernetes-types/core/v1';
import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { infoName } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { containersLike, podSpecOf, setOnObjects } from './pod-spec.ts';

const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** `kubectl set env` */
export function* setEnvironment(invocation: Invocation): Routine {
  const { flags } = invocation;
  const isChange = (word: string) => word.includes('=') || (word.endsWith('-') && word !== '-');
  const resources = invocation.args.filter((word) => !isChange(word));
  const words = [...invocation.args.filter(isChange), ...flags.list('env')];
  if (resources.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '')
    throw new Failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (flags.bool('list') && words.length > 0)
    throw new Failure('--list and environment variables may not be specified together');
  const set: EnvVar[] = [];
  const removed: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) {
      const name = word.slice(0, at);
      if (!NAME.test(name))
        throw new Failure(
          'environment variables must be of the form key=value and can only contain letters, numbers, and underscores',
        );
      set.push({ name, value: word.slice(at + 1) });
    } else if (word.endsWith('-')) removed.push(word.slice(0, -1));
  }
  if (removed.some((name) => set.some((one) => one.name === name)))
    throw new Failure('can not both modify and remove an environment variable in the same command');
  set.push(...(yield* fromObject(invocation)));
  yield* setOnObjects(invocation, {
    resources,
    operation: 'env updated',
    *change(object, info) {
      const spec = podSpecOf(object);
      const pattern = flags.string('containers');
      const found = containersLike([...(spec.initContainers ?? []), ...spec.containers], pattern);
      if (found.length === 0) {
        yield* invocation.err(
          `Warning: ${object.kind}/${info.name} does not have any containers matching ${JSON.stringify(pattern)}\n`,
        );
        return;
      }
      if (flags.bool('list')) {
        for (const container of found) yield* list(invocation, object, container);
        return;
      }
      if (!flags.bool('overwrite')) refuseOverwrite(found, set, infoName(info));
      for (const container of found) {
        const env = (container.env ?? []).filter(({ name }) => !removed.includes(name));
        for (const one of set) {
          const at = env.findIndex(({ name }) => name === one.name);
          if (at < 0) env.push(one);
          else env[at] = one;
        }
        if (env.length > 0 || container.env !== undefined) container.env = env;
      }
    },
  });
}

function refuseOverwrite(containers: readonly Container[], set: readonly EnvVar[], name: string): void {
  for (const container of containers)
    for (const one of set) {
      const there = container.env?.find((each) => each.name === one.name);
      if (there !== undefined)
        throw new Failure(
          `${name}\n '${one.name}' already has a value (${there.value ?? ''}), and --overwrite is false`,
        );
    }
}

function* list(invocation: Invocation, object: KubeObject, container: Container): Routine {
  let text = `# ${object.kind} ${object.metadata?.name ?? ''}, container ${container.name}\n`;
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom?.configMapKeyRef !== undefined)
      text += `# ${name} from configmap ${valueFrom.configMapKeyRef.name ?? ''}, key ${valueFrom.configMapKeyRef.key}\n`;
    else if (valueFrom?.secretKeyRef !== undefined)
      text += `# ${name} from secret ${valueFrom.secretKeyRef.name ?? ''}, key ${valueFrom.secretKeyRef.key}\n`;
    else if (valueFrom?.fieldRef !== undefined) text += `# ${name} from field path ${valueFrom.fieldRef.fieldPath}\n`;
    else if (valueFrom?.resourceFieldRef !== undefined)
      text += `# ${name} from resource field ${valueFrom.resourceFieldRef.resource}\n`;
    else text += `${name}=${value ?? ''}\n`;
  }
  yield* invocation.out(text);
}

/** --from=configmap/NAME or secret/NAME: a reference for each key. */
function* fromObject(invocation: Invocation): Routine<EnvVar[]> {
  const { flags, namespace } = invocation;
  const from = flags.string('from');
  if (from === '') return [];
  const selection = yield* select(invocation, { args: [from], namespace: namespace.name, latest: true });
  const out: EnvVar[] = [];
  for (const { object } of (yield* selection.infos()).infos) {
    if (object?.kind !== 'ConfigMap' && object?.kind !== 'Secret')
      throw new Failure('unsupported resource specified in --from');
    const keys = Object.keys((object['data'] ?? {}) as object).sort();
    const wanted = flags.list('keys');
    for (const key of keys) {
      if (wanted.length > 0 && !wanted.includes(key)) continue;
      const name = `${flags.string('prefix')}${key.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`;
      if (name !== `${flags.string('prefix')}${key}`)
        yield* invocation.client.warn(`key ${key} transferred to ${key.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`);
      const reference = { name: object.metadata?.name ?? '', key };
      out.push({
        name,
        valueFrom: object.kind === 'ConfigMap' ? { configMapKeyRef: reference } : { secretKeyRef: reference },
      });
    }
  }
  return out;
}
