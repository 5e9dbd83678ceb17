import { same } from '../equality.ts';
import { errors } from '../errors.ts';
import type { KindDefinition } from '../kind.ts';
import { isDict } from '../patch/json.ts';
import { apiVersionOf } from '../registry.ts';
import type { ApiError, KubeObject } from '../types.ts';
import { FieldSet, pathText } from './field-set.ts';
import { isSameManager, type Manager, owned } from './managers.ts';
import type { Shape, Shapes } from './shape.ts';
import type { Typed } from './typed.ts';

/** One server-side apply. */
export interface Application {
  readonly kind: KindDefinition;
  readonly live: KubeObject | undefined;
  readonly applied: unknown;
  readonly managers: readonly Manager[];
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly force: boolean;
  readonly time: string;
  readonly typed: Typed;
  readonly shapes: Shapes;
}

export interface Applied {
  readonly object: KubeObject;
  readonly managers: readonly Manager[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Works out what an apply makes of the live object, and who owns its fields then (structured-merge-diff, merge/update.go).
 * @throws ApiError Conflict when fields of others would change, or what is wrong with the applied object
 */
export function apply(application: Application): Applied {
  const applied = checked(application);
  try {
    return merged(application, applied, application.force);
  } catch (error) {
    if (!(error instanceof ApplyConflict) || application.manager !== 'kubectl') throw conflictOf(error);
    // What was applied by the client before is the applier's own already (lastAppliedManager).
    const left = withoutLastApplied(application, error.conflicts);
    if (left.length > 0) throw conflictOf(new ApplyConflict(left));
    return merged(application, applied, true);
  }
}

interface Conflict {
  readonly manager: Manager;
  readonly path: readonly string[];
}

class ApplyConflict extends Error {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super('conflict');
    this.conflicts = conflicts;
  }
}

function checked({ kind, applied, live, typed, shapes }: Application): KubeObject {
  if (!isDict(applied))
    throw errors.badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(applied) ? 'array' : typeof applied} into Go value of type map[string]interface {}`,
    );
  const object = applied as KubeObject;
  const expected = apiVersionOf(kind);
  if (object.apiVersion !== expected)
    throw errors.badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${object.apiVersion ?? '/'}, expected: ${expected}`,
    );
  if (object.metadata?.managedFields !== undefined && object.metadata.managedFields !== null)
    throw errors.badRequest('metadata.managedFields must be nil');
  const problems = typed.problems(object, shapes.struct(kind.kind));
  if (problems.length > 0) {
    const { name = '', namespace = live?.metadata?.namespace ?? '' } = object.metadata ?? {};
    const text = problems.length === 1 ? problems[0] : `errors:\n${problems.map((each) => `  ${each}`).join('\n')}`;
    throw errors.unknown(
      `failed to create typed patch object (${namespace}/${name}; ${kind.group === '' ? '' : `${kind.group}/`}${kind.version}, Kind=${kind.kind}): ${text}`,
    );
  }
  return object;
}

function merged(application: Application, applied: KubeObject, force: boolean): Applied {
  const { kind, live, managers, subresource, typed, shapes } = application;
  const shape = shapes.struct(kind.kind);
  const hasStatus = kind.subresources?.includes('status') === true;
  const before = live ?? typed.blank(kind.kind);
  const identity = {
    manager: application.manager,
    operation: 'Apply' as const,
    apiVersion: apiVersionOf(kind),
    subresource,
  };
  const own = managers.find((each) => isSameManager(each, identity));
  const fields = owned(typed.fields(applied, shape), hasStatus, subresource);
  const others = managers.filter((each) => each !== own);
  let object = typed.merge(before, applied, shape);
  if (own !== undefined)
    object = prune(typed, shape, object, own.fields, [...others.map((each) => each.fields), fields]);
  const { added, modified, removed } = typed.compare(before, object, shape);
  const changed = modified.union(added);
  const conflicts = others.map((each) => ({ manager: each, set: each.fields.intersection(changed) }));
  if (!force) {
    const found = conflicts.flatMap(({ manager, set }) => [...set.paths()].map((path) => ({ manager, path })));
    if (found.length > 0) throw new ApplyConflict(found);
  }
  const left = conflicts.map(({ manager, set }) => ({
    ...manager,
    fields: manager.fields.difference(set).difference(removed),
  }));
  const unchanged = own !== undefined && same(own.fields.toFieldsV1(), fields.toFieldsV1());
  const mine: Manager = { ...identity, time: unchanged ? own.time : application.time, fields };
  return {
    object: withLastApplied(application, object as KubeObject, applied),
    managers: [...left, mine].filter((each) => !each.fields.empty),
  };
}

/** Takes away what the manager applied last time, does not apply now, and nobody else owns. */
function prune(typed: Typed, shape: Shape, merged: unknown, last: FieldSet, owners: readonly FieldSet[]): unknown {
  const named = (set: FieldSet) => typed.withNamedFields(set, shape);
  const all = named(typed.fields(merged, shape));
  const lastNamed = named(last);
  let pruned = typed.remove(merged, lastNamed, shape);
  const everybody = named(owners.reduce((sum, each) => sum.union(each), new FieldSet()));
  const keptAfterRemoval = named(typed.fields(pruned, shape));
  pruned = typed.remove(merged, all.difference(keptAfterRemoval).difference(everybody), shape);
  const kept = named(typed.fields(pruned, shape));
  return typed.remove(merged, all.difference(kept).intersection(lastNamed), shape);
}

/** Conflicts on fields that the client-side apply annotation names, with the value they still have, are none. */
function withoutLastApplied({ kind, live, typed, shapes }: Application, conflicts: readonly Conflict[]): Conflict[] {
  const text = live?.metadata?.annotations?.[LAST_APPLIED];
  if (text === undefined) return [...conflicts];
  let last: unknown;
  try {
    last = JSON.parse(text);
  } catch {
    return [...conflicts];
  }
  const shape = shapes.struct(kind.kind);
  const { modified, removed } = typed.compare(last, live, shape);
  const allowed = typed.fields(last, shape).difference(modified).difference(removed);
  return conflicts.filter(({ path }) => {
    const one = new FieldSet();
    one.insert(path);
    return one.intersection(allowed).empty;
  });
}

/** lastAppliedUpdater: an apply by kubectl keeps the annotation of client-side apply up to date, where there is one. */
function withLastApplied({ manager, live }: Application, object: KubeObject, applied: KubeObject): KubeObject {
  if (manager !== 'kubectl' || live?.metadata?.annotations?.[LAST_APPLIED] === undefined) return object;
  const { [LAST_APPLIED]: _, ...annotations } = applied.metadata?.annotations ?? {};
  const text = JSON.stringify(sorted({ ...applied, metadata: { ...applied.metadata, annotations } }));
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [LAST_APPLIED]: `${text}\n` } },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** NewConflictError: the server's words about fields that have other managers. */
function conflictOf(error: unknown): unknown {
  if (!(error instanceof ApplyConflict)) return error;
  const { conflicts } = error;
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: pathText(path),
  }));
  const [only] = conflicts;
  if (conflicts.length === 1 && only !== undefined)
    return conflict(
      `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${pathText(only.path)}`,
      causes,
    );
  const byManager = new Map<string, string[]>();
  for (const { manager, path } of conflicts) {
    const text = managerText(manager);
    byManager.set(text, [...(byManager.get(text) ?? []), `- ${pathText(path)}`]);
  }
  const lines = [...byManager]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([text, paths]) => [`conflicts with ${text}:`, ...paths]);
  return conflict(`Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`, causes);
}

function conflict(message: string, causes: { reason: string; message: string; field: string }[]): ApiError {
  return errors.applyConflict(message, causes);
}

function managerText({ manager, subresource, operation, apiVersion }: Manager): string {
  const name =
    JSON.stringify(manager) + (subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
