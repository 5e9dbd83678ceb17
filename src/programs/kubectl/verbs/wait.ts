import type { KubeObject } from '../../../cluster/api/types.ts';
import { outside, type Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { relaxedJsonPath } from '../print/sort.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import {
  ALL_NAMESPACES_FLAG,
  DEEP_FILENAME_FLAGS,
  FIELD_SELECTOR_FLAG,
  LABEL_SELECTOR_FLAG,
  PRINT_FLAGS,
} from '../shared-flags.ts';
import { timedOut } from '../write/deletion.ts';
import { watchObject } from '../write/watch.ts';

const command: Command = {
  name: 'wait',
  flags: [
    ...PRINT_FLAGS,
    LABEL_SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    { name: 'all', type: 'bool' },
    ALL_NAMESPACES_FLAG,
    { name: 'local', type: 'bool' },
    ...DEEP_FILENAME_FLAGS,
    { name: 'timeout', type: 'duration', default: '30s' },
    { name: 'for', type: 'string' },
  ],
  *run(invocation) {
    yield* wait(invocation);
  },
};

export default command;

/** Whether an object (undefined: gone) is what is waited for. */
interface Condition {
  readonly deletion: boolean;
  met(object: KubeObject | undefined): boolean;
}

function* wait(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const condition = yield* conditionOf(flags.string('for'));
  const print = yield* objectPrinter(invocation, 'condition met');
  const timeout = flags.number('timeout');
  const { sim } = invocation.context.machine.world;
  // Zero looks once, less than zero waits a week.
  const end = sim.now() + (timeout < 0 ? 168 * 3_600_000 : timeout);
  const files = flags.list('filename');
  const options = {
    args,
    filename: { filenames: files, kustomize: '', recursive: flags.bool('recursive') },
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    selectAll: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    namespace: namespace.name,
    requireNamespace: namespace.explicit && !flags.bool('all-namespaces'),
    flatten: true,
    latest: true,
    continueOnError: true,
  };
  if (flags.string('for').toLowerCase() === 'create') {
    yield* waitForCreation(invocation, options, end);
    return;
  }
  const selection = yield* select(invocation, { ...options, ignoreNotFound: condition.deletion });
  const { infos, failure } = yield* selection.infos();
  const failures: Failure[] = failure === undefined ? [] : [failure];
  for (const info of infos) {
    try {
      const uid = info.object?.metadata?.uid;
      const found = yield* watchObject(invocation, info, end, function* (object) {
        yield* [];
        if (condition.deletion)
          return object === undefined || object.metadata?.uid !== uid ? (info.object ?? {}) : undefined;
        if (object === undefined) throw new Failure(`${info.mapping?.resource ?? ''} ${goQuote(info.name)} not found`);
        return condition.met(object) ? object : undefined;
      });
      // Without a timeout it looks once.
      if (found === undefined && timeout === 0)
        throw new Failure(`condition not met for ${info.mapping?.resource ?? ''}/${info.name}`);
      if (found === undefined) throw timedOut(info);
      yield* invocation.out(print(found));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
  if (infos.length === 0 && !condition.deletion) throw new Failure('no matching resources found');
}

function* waitForCreation(invocation: Invocation, options: Parameters<typeof select>[1], end: number): Routine {
  const print = yield* objectPrinter(invocation, 'condition met');
  const selection = yield* select(invocation, { ...options, withoutObject: true, latest: false });
  const { infos } = yield* selection.infos();
  for (const info of infos as ResourceInfo[]) {
    const found = yield* watchObject(invocation, info, end, function* (object) {
      yield* [];
      return object;
    });
    if (found === undefined) throw new Failure('timed out waiting for the condition');
    yield* invocation.out(print(found));
  }
  if (infos.length === 0) throw new Failure('no matching resources found');
}

/** --for. @throws Failure */
function* conditionOf(text: string): Routine<Condition> {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { deletion: true, met: (object) => object === undefined };
  if (lower === 'create') return { deletion: false, met: (object) => object !== undefined };
  if (lower.startsWith('condition=')) {
    const [name = '', value = 'true'] = text.slice('condition='.length).split(/=(.*)/s);
    return { deletion: false, met: (object) => object !== undefined && hasCondition(object, name, value) };
  }
  if (lower.startsWith('jsonpath=')) return yield* jsonPathCondition(text.slice('jsonpath='.length));
  throw new Failure(`unrecognized condition: ${goQuote(text)}`);
}

function hasCondition(object: KubeObject, name: string, value: string): boolean {
  const status = object['status'] as
    | { conditions?: { type?: string; status?: string; observedGeneration?: number }[]; observedGeneration?: number }
    | undefined;
  const generation = object.metadata?.generation ?? 0;
  const found = status?.conditions?.find((one) => one.type?.toLowerCase() === name.toLowerCase());
  if (found === undefined) return false;
  const observed = found.observedGeneration ?? status?.observedGeneration;
  if (observed !== undefined && observed < generation) return false;
  return found.status?.toLowerCase() === value.toLowerCase();
}

function* jsonPathCondition(text: string): Routine<Condition> {
  const format = `jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'`;
  // An = inside brackets or braces belongs to the expression (filters have ==).
  let depth = 0;
  let at = -1;
  for (let i = 0; i < text.length && at < 0; i++) {
    const char = text.charAt(i);
    if (char === '{' || char === '[' || char === '(') depth++;
    else if (char === '}' || char === ']' || char === ')') depth--;
    else if (char === '=' && depth === 0) at = i;
  }
  const expression = at < 0 ? text : text.slice(0, at);
  const wanted = at < 0 ? undefined : text.slice(at + 1).replace(/^(["'])(.*)\1$/s, '$2');
  if (expression === '') throw new Failure(format);
  if (at >= 0 && text.slice(at + 1).includes('=')) throw new Failure(format);
  if (wanted === '')
    throw new Failure(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3".replace(
        /, like.*/s,
        '',
      ),
    );
  const { JsonPath } = yield* outside(() => import('../print/jsonpath/evaluate.ts'));
  let path: InstanceType<typeof JsonPath>;
  try {
    path = new JsonPath(relaxedJsonPath(expression), { allowMissingKeys: true });
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(error.message);
    throw error;
  }
  return {
    deletion: false,
    met(object) {
      if (object === undefined) return false;
      let found: string;
      try {
        found = path.execute(object, false);
      } catch (error) {
        if (error instanceof RangeError) return false;
        throw error;
      }
      return wanted === undefined ? found !== '' : found === wanted;
    },
  };
}
