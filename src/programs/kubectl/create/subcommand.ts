import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure, usageFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { GeneratorError } from '../generators/names.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { NoKindMatch } from '../rest/mapper.ts';
import { DRY_RUN_FLAG, PRINT_FLAGS, VALIDATE_FLAG } from '../shared-flags.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { withLastAppliedTyped } from '../write/last-applied.ts';
import { createObject, mappingOfObject, validationOf } from '../write/requests.ts';

/** What makes one subcommand of `kubectl create` different from the others. */
export interface Creator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly flags?: readonly Flag[];
  /** Before what the server says: `failed to create configmap: `. '' passes its failure on as it is. */
  readonly failure: string;
  /** Makes the object. `namespace` is undefined when the command line named none. @throws GeneratorError, Failure */
  make(invocation: Invocation, name: string, namespace: string | undefined): KubeObject | Routine<KubeObject>;
}

/** A subcommand of `kubectl create` that makes one object by flags. */
export function creator(spec: Creator): Command {
  return {
    name: spec.name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    flags: [
      ...PRINT_FLAGS,
      { name: 'save-config', type: 'bool' },
      VALIDATE_FLAG,
      DRY_RUN_FLAG,
      { name: 'field-manager', type: 'string', default: 'kubectl-create' },
      ...(spec.flags ?? []),
    ],
    *run(invocation) {
      const name = exactName(invocation);
      const dryRun = yield* dryRunOf(invocation);
      const print = yield* objectPrinter(invocation, operationText('created', dryRun), { typed: true });
      const { namespace } = invocation;
      let object: KubeObject;
      try {
        const made = spec.make(invocation, name, namespace.explicit ? namespace.name : undefined);
        object = isRoutine(made) ? yield* made : made;
      } catch (error) {
        if (error instanceof GeneratorError) throw new Failure(error.message);
        throw error;
      }
      if (invocation.flags.bool('save-config')) object = withLastAppliedTyped(object);
      yield* invocation.out(
        print(dryRun === 'client' ? object : yield* send(invocation, object, dryRun, spec.failure)),
      );
    },
  };
}

function isRoutine(value: KubeObject | Routine<KubeObject>): value is Routine<KubeObject> {
  return typeof (value as Routine<KubeObject>).next === 'function';
}

function* send(invocation: Invocation, object: KubeObject, dryRun: DryRun, failure: string): Routine<KubeObject> {
  const { flags, namespace } = invocation;
  try {
    const mapping = yield* mappingOfObject(invocation, object);
    return yield* createObject(invocation, mapping, mapping.namespaced ? namespace.name : '', object, {
      dryRun,
      manager: flags.string('field-manager'),
      validation: validationOf(invocation),
    });
  } catch (error) {
    // The real one asks without a look at what is served.
    if (failure !== '' && error instanceof NoKindMatch)
      throw new Failure(`${failure}the server could not find the requested resource`);
    if (failure !== '' && error instanceof StatusFailure) throw new Failure(`${failure}${error.message}`);
    throw error;
  }
}

/** The one NAME of a command line. @throws Failure */
export function exactName(invocation: Invocation): string {
  // What follows `--` is the command of a Deployment or Job.
  const { argsBeforeDash } = invocation.flags;
  const names = argsBeforeDash < 0 ? invocation.args : invocation.args.slice(0, argsBeforeDash);
  const [name] = names;
  if (names.length !== 1 || name === undefined)
    throw usageFailure(invocation.path, `exactly one NAME is required, got ${names.length}`);
  return name;
}

/** What stands after `--`. */
export function commandAfterDash(invocation: Invocation): readonly string[] {
  const { argsBeforeDash } = invocation.flags;
  return argsBeforeDash < 0 ? [] : invocation.args.slice(argsBeforeDash);
}
