import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { KubeObject } from '../cluster/api/types.ts';
import { compileLesson } from '../lessons/compile.ts';
import { evaluate } from '../lessons/conditions.ts';
import type { Condition, Lesson } from '../lessons/format.ts';
import { type LessonFolder, parseLesson } from '../lessons/parse.ts';
import { linesOf, prove } from '../lessons/proof.ts';
import { emitYaml } from '../programs/kubectl/yaml/emit.ts';
import { openStage } from './lesson-stage.ts';
import type { CaptureKind, CheckFinding, ProofCard } from './protocol.ts';
import type { Session } from './session.ts';

export { compileLesson };

/** What `lessons check` says of a folder; one that cannot be read is not tried. */
export async function proveFolder(folder: LessonFolder): Promise<ProofCard> {
  const { parsed, problems } = parseLesson(folder);
  if (parsed === undefined || problems.length > 0) return { problems, assertions: 1, unguarded: [] };
  const proof = await prove(parsed, openStage, linesOf(folder));
  return { problems: proof.problems, assertions: proof.assertions, unguarded: proof.unguarded };
}

/** How each check of a lesson stands on a session's cluster, with what was done since the step to do began. */
export function findingsOf(session: Session, lesson: Lesson): readonly CheckFinding[] {
  const observed = session.observe();
  return lesson.steps.flatMap((step) =>
    step.checks.map((check): CheckFinding => {
      const condition = check.once ?? check.now;
      const finding = condition === undefined ? { holds: false } : evaluate(condition, observed);
      const state = session.progress?.steps.find(({ id }) => id === step.id);
      const passed = state?.checks.find(({ id }) => id === check.id)?.passed === true;
      return {
        step: step.id,
        check: check.id,
        kind: check.once === undefined ? 'now' : 'once',
        happened: passed || finding.holds,
        ...finding,
      };
    }),
  );
}

/** `lesson.yaml` with what was done, or what is there, written into a step. Undefined when there is nothing to write down. */
export function capture(session: Session, what: CaptureKind, source: string, step: string): string | undefined {
  const document = parseDocument(source);
  const index = indexOf(document, step);
  if (document.errors.length > 0 || index === undefined) return undefined;
  const at = ['steps', index] as const;
  if (what === 'solution') {
    const lines = solutionOf(session, step);
    if (lines.length === 0) return undefined;
    append(document, [...at, 'solutions'], `${lines.join('\n')}\n`);
  } else if (what === 'start') {
    const script = startOf(session);
    if (script === undefined) return undefined;
    const own = document.getIn([...at, 'start']) !== undefined;
    document.setIn(own ? [...at, 'start'] : ['setup'], script);
  } else {
    const checks = checksOf(session);
    if (checks.length === 0) return undefined;
    const taken = new Set(idsOf(document, [...at, 'checks']));
    for (const { id, now } of checks) {
      let name = id;
      for (let number = 2; taken.has(name); number++) name = `${id}-${number}`;
      taken.add(name);
      append(document, [...at, 'checks'], { id: name, now });
    }
  }
  return document.toString({ lineWidth: 0 });
}

function indexOf(document: Document, step: string): number | undefined {
  const steps = document.get('steps');
  if (!isSeq(steps)) return undefined;
  const found = steps.items.findIndex((each) => isMap(each) && each.get('id') === step);
  return found < 0 ? undefined : found;
}

function idsOf(document: Document, path: readonly (string | number)[]): string[] {
  const list = document.getIn(path);
  return isSeq(list) ? list.items.flatMap((each) => (isMap(each) ? [String(each.get('id'))] : [])) : [];
}

function append(document: Document, path: readonly (string | number)[], value: unknown): void {
  if (isSeq(document.getIn(path))) document.addIn(path, document.createNode(value));
  else document.setIn(path, document.createNode([value]));
}

/** Lines that look only at the shell itself. */
const ASIDE = /^(exit|logout|clear|history|ls|pwd|cat|less|help|man)\b/;
/** Lines that open another shell: what is typed there is recorded with the way into it. */
const INTO = /^(ssh\s+\S+|kubectl exec .*(-it|-ti|-i -t)\b.*)\s*$/;

/** The lines that were typed in a step and went well, as a script for the laptop. */
function solutionOf(session: Session, step: string): string[] {
  return session.typed
    .filter((typed) => typed.step === step && typed.status === 0)
    .filter(({ line }) => !ASIDE.test(line) && !INTO.test(line))
    .map(({ machine, line }) => {
      const [kind, ...name] = machine.split('/');
      if (kind === 'laptop') return line;
      if (kind !== 'pod') return `ssh ${name.at(-1)} ${quoted(line)}`;
      const [namespace, pod] = name;
      return `kubectl exec -n ${namespace} ${pod} -- sh -c ${quoted(line)}`;
    });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Namespaces that the cluster brings with it. */
const SYSTEM = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
/** Kinds that the cluster makes by itself, or that say what happened. */
const OWN_KINDS = new Set([
  'Event',
  'Lease',
  'Node',
  'Endpoints',
  'EndpointSlice',
  'ControllerRevision',
  'APIService',
  'PriorityClass',
  'StorageClass',
  'IPAddress',
  'ServiceCIDR',
]);

/** The objects that somebody has made: no controller's, none that every cluster has. */
function ownObjects(session: Session): { readonly resource: string; readonly object: KubeObject }[] {
  const { clients, api } = session.cluster;
  return api.kinds
    .filter(({ kind, group }) => !OWN_KINDS.has(kind) && group !== 'rbac.authorization.k8s.io')
    .flatMap(({ plural, group, kind }) =>
      clients
        .resource<KubeObject>(plural, group)
        .list()
        .filter((object) => isOwn(kind, object))
        .map((object) => ({ resource: group === '' ? plural : `${plural}.${group}`, object })),
    );
}

function isOwn(kind: string, { metadata }: KubeObject): boolean {
  const name = metadata?.name ?? '';
  if ((metadata?.ownerReferences ?? []).length > 0 || SYSTEM.has(metadata?.namespace ?? '')) return false;
  if (kind === 'Namespace') return name !== 'default' && !SYSTEM.has(name);
  if (kind === 'ServiceAccount') return name !== 'default';
  if (kind === 'ConfigMap') return name !== 'kube-root-ca.crt';
  return !(kind === 'Service' && name === 'kubernetes');
}

/** Shell commands that make the objects that are there; undefined when there are none. */
function startOf(session: Session): string | undefined {
  const order = (kind: string | undefined) => (kind === 'Namespace' ? 0 : 1);
  const objects = ownObjects(session)
    .map(({ object }) => bare(object))
    .sort((a, b) => order(a['kind'] as string) - order(b['kind'] as string));
  if (objects.length === 0) return undefined;
  return `kubectl apply -f - <<'END'\n${objects.map((object) => emitYaml(object)).join('---\n')}END\n`;
}

/** Annotations that kubectl and controllers write. */
const MACHINE_NOTES = /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/revision)$/;

/** An object as a person would have written it: nothing that the cluster has given it. */
function bare(object: KubeObject): Record<string, unknown> {
  const { metadata = {}, status: _, ...rest } = object as KubeObject & { status?: unknown };
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !MACHINE_NOTES.test(key));
  const spec = 'spec' in rest && typeof rest.spec === 'object' && rest.spec !== null ? rest.spec : undefined;
  const given = new Set(['clusterIP', 'clusterIPs', 'nodeName', 'ipFamilies', 'ipFamilyPolicy']);
  const headless = spec !== undefined && 'clusterIP' in spec && spec.clusterIP === 'None';
  return {
    ...rest,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace === undefined || metadata.namespace === 'default'
        ? {}
        : { namespace: metadata.namespace }),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
    ...(spec === undefined
      ? {}
      : {
          spec: Object.fromEntries(
            Object.entries(spec).filter(([key]) => !given.has(key) || (headless && key === 'clusterIP')),
          ),
        }),
  };
}

/** One check for each object that somebody has made: that it is there, and as ready as it is now. */
function checksOf(session: Session): { readonly id: string; readonly now: Condition }[] {
  return ownObjects(session).map(({ resource, object }) => {
    const name = object.metadata?.name ?? '';
    const namespace = object.metadata?.namespace;
    const match = essence(object);
    return {
      id: `${resource.split('.')[0]?.replace(/s$/, '')}-${name}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-'),
      now: {
        objects: {
          resource,
          name,
          ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
          ...(match === undefined ? {} : { match }),
        },
      },
    };
  });
}

/** What matters of an object: what a Service selects, how many replicas are ready, that a pod is. */
function essence(object: KubeObject): Record<string, unknown> | undefined {
  const { kind, spec, status } = object as {
    kind?: string;
    spec?: Record<string, unknown>;
    status?: Record<string, unknown>;
  };
  if (kind === 'Service') {
    const picked = Object.fromEntries(
      ['type', 'selector', 'externalName'].flatMap((key) =>
        spec?.[key] === undefined || spec[key] === 'ClusterIP' ? [] : [[key, spec[key]]],
      ),
    );
    return Object.keys(picked).length === 0 ? undefined : { spec: picked };
  }
  if (kind === 'Pod') return { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const ready = status?.['readyReplicas'];
  return typeof ready === 'number' && ready > 0 ? { status: { readyReplicas: ready } } : undefined;
}
