import { type Case, type Family, inNamespace, link, refOf, type ServiceObject } from './cause.ts';

/** A name that leads nowhere. */
export const names: Family = {
  'dns.nxdomain': (given, step) => {
    const query = (step.facts?.['query'] ?? given.trace.target).replace(/\.$/, '');
    const outside = given.from.place.at !== 'pod';
    const [name = query, namespace = ''] = query.split('.');
    const all = given.network.clients.resource<ServiceObject>('services').list();
    const same = all.filter((service) => service.metadata?.name === name);
    const asked = /\.svc\.cluster\.local$/.test(query) ? namespace : ownNamespace(given);
    if (outside && (same.length > 0 || query.endsWith('.cluster.local')))
      return [
        link('name.outside', {
          object: same[0] === undefined ? undefined : refOf('Service', same[0]),
          facts: { name, server: given.tuple.dst },
          evidence: 'cat /etc/resolv.conf',
        }),
      ];
    const elsewhere = same.find((service) => service.metadata?.namespace !== asked);
    if (elsewhere !== undefined && !same.some((service) => service.metadata?.namespace === asked)) {
      const found = elsewhere.metadata?.namespace ?? '';
      return [
        link('name.other-namespace', {
          object: refOf('Service', elsewhere),
          facts: { name, namespace: asked, found },
          evidence: `kubectl get service ${name}${inNamespace(found)}`,
        }),
      ];
    }
    const similar = closest(
      name,
      all.filter((service) => service.metadata?.namespace === asked),
    );
    return [
      link('name.unknown', {
        object: similar === undefined ? undefined : refOf('Service', similar),
        facts: {
          name: query,
          namespace: asked,
          ...(similar === undefined ? {} : { similar: similar.metadata?.name ?? '' }),
        },
        evidence: 'kubectl get services -A',
      }),
    ];
  },
};

function ownNamespace(given: Case): string {
  return given.from.place.at === 'pod' ? given.from.place.namespace : 'default';
}

/** The Service whose name is a slip of the finger away: at most a third of its letters differ. */
function closest(name: string, services: readonly ServiceObject[]): ServiceObject | undefined {
  let best: ServiceObject | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const service of services) {
    const distance = editDistance(name, service.metadata?.name ?? '');
    if (distance < least) {
      least = distance;
      best = service;
    }
  }
  return best;
}

/** How many letters to add, drop, change or swap with the next. */
function editDistance(a: string, b: string): number {
  if (a.length > 63 || b.length > 63) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
