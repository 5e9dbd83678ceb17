import { type Document, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { formatLabels, mapSelector } from '../cluster/api/selectors.ts';
import type { KubeObject, Pod } from '../cluster/api/types.ts';
import { ownLabels } from '../cluster/network/causes/workloads.ts';
import type { Insight } from './protocol.ts';
import type { Session } from './session.ts';

type Path = readonly (string | number)[];

/** What can be said of a manifest by the cluster as it is now, before it is applied or anything fails. Lines count from 1. */
export function insightsOf(session: Session, text: string): Insight[] {
  const counter = new LineCounter();
  let documents: Document[];
  try {
    documents = [...parseAllDocuments(text, { lineCounter: counter })] as Document[];
  } catch {
    return [];
  }
  const found: Insight[] = [];
  for (const document of documents) {
    if (document.errors.length > 0 || !isMap(document.contents)) continue;
    const value = document.toJS() as Manifest;
    const mark = (path: Path, insight: Omit<Insight, 'line' | 'column' | 'endColumn'>) => {
      const place = placeOf(document, path, counter);
      if (place !== undefined) found.push({ ...place, ...insight });
    };
    if (value.kind === 'Service') service(session, value, mark);
    else podSpec(session, value, mark);
  }
  return found;
}

interface Manifest extends KubeObject {
  spec?: {
    selector?: Record<string, string>;
    ports?: { port?: number; targetPort?: number | string; protocol?: string }[];
    type?: string;
    template?: { spec?: Template };
  } & Template;
}

interface Template {
  volumes?: { secret?: { secretName?: string }; configMap?: { name?: string } }[];
  containers?: {
    envFrom?: { secretRef?: { name?: string }; configMapRef?: { name?: string } }[];
    env?: { valueFrom?: { secretKeyRef?: Reference; configMapKeyRef?: Reference } }[];
  }[];
}

interface Reference {
  name?: string;
  key?: string;
  optional?: boolean;
}

type Mark = (path: Path, insight: Omit<Insight, 'line' | 'column' | 'endColumn'>) => void;

/** How many pods a selector matches now, and whether they name and open the targetPort. */
function service(session: Session, value: Manifest, mark: Mark): void {
  const selector = value.spec?.selector;
  if (selector === undefined || selector === null || Object.keys(selector).length === 0) return;
  const namespace = value.metadata?.namespace ?? 'default';
  const { clients, network } = session.cluster;
  const all = clients.resource<Pod & KubeObject>('pods').list({ namespace });
  const { matches } = mapSelector(
    Object.fromEntries(Object.entries(selector).map(([key, each]) => [key, String(each)])),
  );
  const pods = all.filter((pod) => matches(pod.metadata?.labels));
  const ready = pods.filter((pod) =>
    pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'),
  );
  if (pods.length === 0) {
    const near =
      all.find((pod) => Object.keys(selector).some((key) => pod.metadata?.labels?.[key] !== undefined)) ?? all[0];
    const labels = near === undefined ? '' : formatLabels(ownLabels(near.metadata?.labels));
    mark(['spec', 'selector'], { code: 'selects-none', facts: { labels }, severity: 'warning' });
    return;
  }
  mark(['spec', 'selector'], {
    code: 'selects',
    facts: { pods: String(pods.length), ready: String(ready.length) },
    severity: 'info',
  });
  for (const [index, port] of (value.spec?.ports ?? []).entries()) {
    const target = port?.targetPort ?? port?.port;
    if (target === undefined) continue;
    const path = ['spec', 'ports', index, port?.targetPort === undefined ? 'port' : 'targetPort'];
    const protocol = port?.protocol ?? 'TCP';
    const declared = pods.flatMap((pod) => (pod.spec?.containers ?? []).flatMap((each) => each.ports ?? []));
    if (typeof target === 'string' && !/^\d+$/.test(target)) {
      const names = [...new Set(declared.flatMap((each) => each.name ?? []))];
      if (!names.includes(target))
        mark(path, { code: 'port-unnamed', facts: { name: target, known: names.join(', ') }, severity: 'warning' });
      continue;
    }
    const open = new Set(
      ready.flatMap((pod) =>
        (network.ownerOf(pod.status?.podIP ?? '')?.listeners() ?? [])
          .filter((each) => each.protocol === protocol && each.address !== '127.0.0.1')
          .map((each) => each.port),
      ),
    );
    if (ready.length > 0 && !open.has(Number(target)))
      mark(path, {
        code: 'port-closed',
        facts: { port: String(target), open: [...open].sort((a, b) => a - b).join(', ') },
        severity: 'warning',
      });
  }
}

/** Secrets and ConfigMaps that a pod's template names and that do not exist. */
function podSpec(session: Session, value: Manifest, mark: Mark): void {
  const template = value.spec?.template?.spec;
  const [spec, base]: [Template | undefined, Path] =
    template !== undefined ? [template, ['spec', 'template', 'spec']] : [value.spec, ['spec']];
  if (spec === undefined || spec === null || !Array.isArray(spec.containers)) return;
  const namespace = value.metadata?.namespace ?? 'default';
  const look = (kind: 'Secret' | 'ConfigMap', reference: Reference | undefined, path: Path) => {
    const { name, key, optional } = reference ?? {};
    if (typeof name !== 'string' || name === '' || optional === true) return;
    const found = session.cluster.clients
      .resource<KubeObject & { data?: Record<string, string> }>(kind === 'Secret' ? 'secrets' : 'configmaps')
      .find(name, namespace);
    if (found === undefined) mark(path, { code: 'object-missing', facts: { kind, name }, severity: 'warning' });
    else if (typeof key === 'string' && found.data?.[key] === undefined)
      mark([...path.slice(0, -1), 'key'], { code: 'key-missing', facts: { kind, name, key }, severity: 'warning' });
  };
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const at = [...base, 'volumes', index];
    const { secret, configMap } = volume ?? {};
    if (secret?.secretName !== undefined) look('Secret', { name: secret.secretName }, [...at, 'secret', 'secretName']);
    if (configMap?.name !== undefined) look('ConfigMap', { name: configMap.name }, [...at, 'configMap', 'name']);
  }
  for (const [index, container] of spec.containers.entries()) {
    const at = [...base, 'containers', index];
    for (const [number, from] of (container?.envFrom ?? []).entries()) {
      look('Secret', from?.secretRef, [...at, 'envFrom', number, 'secretRef', 'name']);
      look('ConfigMap', from?.configMapRef, [...at, 'envFrom', number, 'configMapRef', 'name']);
    }
    for (const [number, env] of (container?.env ?? []).entries()) {
      const where = [...at, 'env', number, 'valueFrom'];
      look('Secret', env?.valueFrom?.secretKeyRef, [...where, 'secretKeyRef', 'name']);
      look('ConfigMap', env?.valueFrom?.configMapKeyRef, [...where, 'configMapKeyRef', 'name']);
    }
  }
}

/** Where a value stands: on its key's line when it is a map, at itself when it is one word. */
function placeOf(
  document: Document,
  path: Path,
  counter: LineCounter,
): { line: number; column: number; endColumn: number } | undefined {
  const node: unknown = document.getIn(path, true);
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const pair = isMap(parent)
    ? parent.items.find((each) => isScalar(each.key) && each.key.value === path.at(-1))
    : undefined;
  const key = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
  const own = (node as { range?: [number, number, number] } | undefined)?.range;
  const range = isScalar(node) ? (own ?? key) : key;
  if (range == null) return undefined;
  const start = counter.linePos(range[0]);
  const end = counter.linePos(range[1]);
  return { line: start.line, column: start.col, endColumn: end.line === start.line ? end.col : start.col + 1 };
}
