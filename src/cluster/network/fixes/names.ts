import { type Case, closestWord, inNamespace, refOf, type ServiceObject } from '../causes/cause.ts';
import { openPorts, ownLabels, podsOf, workloadsIn } from '../causes/workloads.ts';
import { SITE_NAMES } from '../internet.ts';
import { askAgain, change, type Fix, type Propose, quoted, run } from './fix.ts';
import { podsIn, serviceIn } from './given.ts';

/** The port of the request's URL. */
function urlPort(given: Case): number {
  const asked = given.trace.asked ?? '';
  return Number(/^\w+:\/\/[^/]*?:(\d+)/.exec(asked)?.[1] ?? (/^https:/.test(asked) ? 443 : 80));
}

/** A Service of a name, for the workload whose name is nearly that. */
function exposed(given: Case, name: string, namespace: string, before: readonly string[] = []): Fix[] {
  const pods = podsIn(given, namespace);
  const all = workloadsIn(given, namespace, pods);
  const near = closestWord(
    name,
    all.map((each) => each.ref.name),
  );
  const made = all.find((each) => each.ref.name === near);
  if (made === undefined) return [];
  const open = podsOf(made, pods).flatMap((pod) => openPorts(given, pod, 'TCP'));
  const port = urlPort(given);
  const target = open.includes(port) ? port : (open[0] ?? port);
  const { kind } = made.ref;
  const line = `kubectl expose ${kind.toLowerCase()} ${made.ref.name}${made.ref.name === name ? '' : ` --name=${name}`} --port=${port}${target === port ? '' : ` --target-port=${target}`}${inNamespace(namespace)}`;
  return [run('service.create', [...before, line], { name, kind, port: String(port) }, made.ref)];
}

/** A Service that selects pods in place of one that is only another name. */
function instead(given: Case, service: ServiceObject): Fix[] {
  const { name = '', namespace = '' } = service.metadata ?? {};
  return exposed(given, name, namespace, [`kubectl delete service ${name}${inNamespace(namespace)}`]);
}

/** `db.prod.svc.cluster.local` where only `db.live.svc.cluster.local` exists. */
function sameService(wrong: string, known: readonly string[]): string | undefined {
  const [name] = wrong.split('.');
  return /\.svc\.cluster\.local$/.test(wrong) ? known.find((each) => each.startsWith(`${name}.`)) : undefined;
}

/** Fixes of names that nobody has, and of Services that are not there. */
export const names: Readonly<Record<string, Propose>> = {
  'external-name.unknown': (given, cause) => {
    const service = serviceIn(given, cause);
    const wrong = cause.facts?.['externalName'] ?? '';
    const known = given.network.clients
      .resource<ServiceObject>('services')
      .list()
      .map((each) => `${each.metadata?.name}.${each.metadata?.namespace}.svc.cluster.local`);
    const own = `${service?.metadata?.name}.${service?.metadata?.namespace}.svc.cluster.local`;
    const others = known.filter((each) => each !== own);
    const value = closestWord(wrong, others) ?? closestWord(wrong, SITE_NAMES) ?? sameService(wrong, others);
    if (service === undefined) return [];
    return value === undefined
      ? instead(given, service)
      : [
          change(
            'external-name.set',
            { ...refOf('Service', service), fieldPath: 'spec.externalName' },
            [{ op: 'replace', path: '/spec/externalName', value }],
            { value },
          ),
        ];
  },
  'name.unknown': (given, cause) => {
    const { similar, found, name = '', namespace = '' } = cause.facts ?? {};
    if (similar === undefined) return exposed(given, name.split('.')[0] ?? '', namespace);
    const own = given.trace.source.at === 'pod' ? given.trace.source.namespace : 'default';
    const host = found === undefined || found === own ? similar : `${similar}.${found}`;
    return [askAgain('ask.name', given, { host }, { host })];
  },
  'name.other-namespace': (given, cause) => {
    const { name = '', found = '' } = cause.facts ?? {};
    const host = `${name}.${found}`;
    return [askAgain('ask.name', given, { host }, { host })];
  },
  'service.missing': (given, cause) => {
    const { object } = cause;
    if (object === undefined) return [];
    const pods = podsIn(given, object.namespace);
    const made = workloadsIn(given, object.namespace ?? '', pods).find((each) => each.ref.uid === object.uid);
    const mine = made === undefined ? [] : podsOf(made, pods);
    const open = [...new Set(mine.flatMap((pod) => openPorts(given, pod, 'TCP')))];
    const declared = made?.spec.containers.flatMap((each) => each.ports ?? [])[0]?.containerPort;
    const asked = given.trace.asked ?? '';
    const port = Number(/^\w+:\/\/[^/]*?:(\d+)/.exec(asked)?.[1] ?? (/^https:/.test(asked) ? 443 : 80));
    const target = open.includes(port) ? port : (open[0] ?? declared ?? port);
    const nodePort = cause.facts?.['nodePort'];
    const selector = Object.entries(ownLabels(made?.labels)).map(([key, value]) => `${key}=${value}`);
    if (nodePort !== undefined)
      return [
        run(
          'service.create',
          [
            `kubectl create service nodeport ${object.name} --tcp=${target}:${target} --node-port=${nodePort}${inNamespace(object.namespace)}`,
            `kubectl set selector service ${object.name} ${quoted(selector.join(','))}${inNamespace(object.namespace)}`,
          ],
          { name: object.name, kind: object.kind, port: nodePort },
          object,
        ),
      ];
    const more = target === port ? '' : ` --target-port=${target}`;
    return [
      run(
        'service.create',
        [
          `kubectl expose ${object.kind.toLowerCase()} ${object.name} --port=${port}${more}${inNamespace(object.namespace)}`,
        ],
        { name: object.name, kind: object.kind, port: String(port) },
        object,
      ),
    ];
  },
};
