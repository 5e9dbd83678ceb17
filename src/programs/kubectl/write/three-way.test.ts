import { describe, expect, it } from 'vitest';
import { patchedLocally } from './local-patch.ts';
import { equal, threeWayMergePatch, threeWayStrategicPatch } from './three-way.ts';

const pod = (containers: unknown[], more: Record<string, unknown> = {}) => ({ spec: { containers, ...more } });

/** What an object is after apply's patch. */
function applied(original: unknown, modified: unknown, live: unknown): unknown {
  return patchedLocally(
    live,
    'application/strategic-merge-patch+json',
    threeWayStrategicPatch(original, modified, live),
  );
}

describe('the three-way patch of apply', () => {
  it('is empty when the live object has all that is wanted, and more', () => {
    const wanted = pod([{ name: 'nginx', image: 'nginx' }]);
    const live = pod([{ name: 'nginx', image: 'nginx', resources: {}, terminationMessagePath: '/dev/x' }], {
      dnsPolicy: 'ClusterFirst',
    });
    expect(threeWayStrategicPatch(wanted, wanted, live)).toEqual({});
  });

  it('removes what was applied before and is not wanted any more, and leaves what others added', () => {
    const original = pod([{ name: 'a', env: [{ name: 'X', value: '1' }] }, { name: 'b' }]);
    const modified = pod([{ name: 'a' }]);
    const live = pod([{ name: 'a', env: [{ name: 'X', value: '1' }], tty: true }, { name: 'b' }, { name: 'injected' }]);
    expect(applied(original, modified, live)).toEqual(pod([{ name: 'a', tty: true }, { name: 'injected' }]));
  });

  it('changes one port of a Service and keeps the node port of the other', () => {
    const original = {
      spec: {
        ports: [
          { name: 'http', port: 80 },
          { name: 'https', port: 443 },
        ],
      },
    };
    const modified = {
      spec: {
        ports: [
          { name: 'http', port: 80, targetPort: 8080 },
          { name: 'https', port: 443 },
        ],
      },
    };
    const live = {
      spec: {
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: 80, nodePort: 31000 },
          { name: 'https', port: 443, protocol: 'TCP', targetPort: 443, nodePort: 31001 },
        ],
      },
    };
    expect(applied(original, modified, live)).toEqual({
      spec: {
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 31000 },
          { name: 'https', port: 443, protocol: 'TCP', targetPort: 443, nodePort: 31001 },
        ],
      },
    });
  });

  it('puts a list into the order of the manifest', () => {
    const live = pod([{ name: 'a' }, { name: 'b' }]);
    expect(applied(live, pod([{ name: 'b' }, { name: 'a' }]), live)).toEqual(pod([{ name: 'b' }, { name: 'a' }]));
  });

  it('replaces lists whole in kinds that it does not know', () => {
    expect(
      threeWayMergePatch({ spec: { old: 1 } }, { spec: { list: [1] } }, { spec: { old: 1, list: [2], own: 3 } }),
    ).toEqual({
      spec: { list: [1], old: null },
    });
  });

  it('compares without regard to the order of keys', () => {
    expect(equal({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true);
    expect(equal([1, 2], [2, 1])).toBe(false);
  });
});
