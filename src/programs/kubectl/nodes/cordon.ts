import type { KubeObject, Node } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { namePrinter } from '../print/printer.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, LABEL_SELECTOR_FLAG } from '../shared-flags.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { patchObject, refresh } from '../write/requests.ts';

/** The nodes that a command line names, or selects with -l. @throws Failure */
export function* selectedNodes(invocation: Invocation): Routine<readonly ResourceInfo[]> {
  const { args, flags } = invocation;
  const verb = invocation.path.replace(/^.* /, '');
  const selector = flags.string('selector');
  if (args.length === 0 && selector === '') throw usageFailure(invocation.path, `USAGE: ${verb} NODE [flags]`);
  if (args.length > 0 && selector !== '')
    throw usageFailure(invocation.path, 'error: cannot specify both a node name and a --selector option');
  const selection = yield* select(invocation, {
    args: ['nodes', ...args],
    labelSelector: selector,
    namespace: invocation.namespace.name,
    flatten: true,
    continueOnError: true,
  });
  const { infos, failure } = yield* selection.infos();
  if (failure !== undefined) throw failure;
  return infos;
}

/** Marks a node as (un)schedulable and says so. */
export function* cordonNode(invocation: Invocation, info: ResourceInfo, desired: boolean, dryRun: DryRun): Routine {
  const node = info.object as (Node & KubeObject) | undefined;
  if (node === undefined) return;
  const word = desired ? 'cordoned' : 'uncordoned';
  if ((node.spec?.unschedulable ?? false) === desired) {
    yield* say(invocation, node, `already ${word}`, dryRun);
    return;
  }
  if (dryRun !== 'client')
    refresh(
      info,
      yield* patchObject(
        invocation,
        info,
        'application/strategic-merge-patch+json',
        { spec: { unschedulable: desired ? true : null } },
        { dryRun, manager: undefined },
      ),
    );
  yield* say(invocation, node, word, dryRun);
}

function* say(invocation: Invocation, node: KubeObject, operation: string, dryRun: DryRun): Routine {
  yield* invocation.out(namePrinter('', operationText(operation, dryRun))?.(node) ?? '');
}

/** `kubectl cordon` and `kubectl uncordon`. */
export function cordonCommand(name: 'cordon' | 'uncordon'): Command {
  return {
    name,
    flags: [LABEL_SELECTOR_FLAG, DRY_RUN_FLAG],
    *run(invocation) {
      const dryRun = yield* dryRunOf(invocation);
      const infos = yield* selectedNodes(invocation);
      for (const info of infos) yield* cordonNode(invocation, info, name === 'cordon', dryRun);
      if (infos.length === 0) throw new Failure('no resources found');
    },
  };
}
