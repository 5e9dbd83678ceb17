import { describe, expect, it } from 'vitest';
import { locate, patched } from './sources.ts';

const FILE = `# two objects
apiVersion: v1
kind: Secret
metadata:
  name: keys
---
apiVersion: v1
kind: Service
metadata:
  name: my-nginx
spec:
  ports:
  - port: 80 # the page
    protocol: TCP
  selector:
    # who answers
    app: my-ngnix
`;
const service = { kind: 'Service', name: 'my-nginx', namespace: 'default' };

describe('the lines of a manifest', () => {
  it('are found by the path of a field', () => {
    expect(locate(FILE, { ...service, fieldPath: 'spec.selector.app' })).toMatchObject({
      line: 17,
      text: 'app: my-ngnix',
      exact: true,
    });
    expect(locate(FILE, { ...service, fieldPath: 'spec.ports[0].protocol' })).toMatchObject({ line: 14, exact: true });
  });
  it('are those of the nearest field that is there', () => {
    expect(locate(FILE, { ...service, fieldPath: 'spec.ports[0].targetPort' })).toMatchObject({
      line: 13,
      exact: false,
    });
    expect(locate(FILE, { ...service, name: 'other' })).toBeUndefined();
    expect(locate(FILE, { ...service, namespace: 'shop' })).toBeUndefined();
  });
  it('change where a value changes, and nowhere else', () => {
    const changed = patched(FILE, service, [{ op: 'replace', path: '/spec/selector/app', value: 'my-nginx' }]);
    expect(changed).toBe(FILE.replace('my-ngnix', 'my-nginx'));
  });
  it('keep comments and layout when a field is added or removed', () => {
    const added = patched(FILE, service, [{ op: 'add', path: '/spec/ports/0/targetPort', value: 8080 }]);
    expect(added).toBe(FILE.replace('    protocol: TCP\n', '    protocol: TCP\n    targetPort: 8080\n'));
    expect(patched(FILE, service, [{ op: 'replace', path: '/spec/type', value: 'NodePort' }])).toBeUndefined();
  });
});
