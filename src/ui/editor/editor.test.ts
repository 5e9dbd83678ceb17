import { describe, expect, it } from 'vitest';
import { applyResult } from './applied.ts';
import { freeName, problemWith } from './names.ts';

describe('what kubectl apply did', () => {
  it('is read from its output', () => {
    expect(applyResult('laptop $ kubectl apply -f ./a.yaml\r\ndeployment.apps/my-nginx created\r\n')).toBe('applied');
    expect(applyResult('service/my-nginx configured\r\n')).toBe('applied');
    expect(applyResult('service/my-nginx unchanged\r\n')).toBe('unchanged');
    expect(applyResult('service/a unchanged\r\nservice/b created\r\n')).toBe('applied');
  });

  it('is a failure when anything failed', () => {
    expect(applyResult('service/a created\r\nerror: error parsing ./a.yaml: ...\r\n')).toBe('failed');
    expect(applyResult('The Service "a" is invalid: spec.ports: Required value\r\n')).toBe('failed');
    expect(applyResult('Error from server (BadRequest): ...\r\n')).toBe('failed');
    expect(applyResult('')).toBe('failed');
  });
});

describe('names of files', () => {
  it('are free', () => {
    expect(freeName([])).toBe('new.yaml');
    expect(freeName(['new.yaml', 'new-2.yaml'])).toBe('new-3.yaml');
  });

  it('are plain', () => {
    expect(problemWith('my-pod.yaml', [])).toBeUndefined();
    expect(problemWith('my-pod.yaml', ['my-pod.yaml'])).toBe('taken');
    for (const name of ['', '.hidden', 'a/b', '../x', 'a b', 'x'.repeat(200)])
      expect(problemWith(name, [])).toBe('bad');
  });
});
