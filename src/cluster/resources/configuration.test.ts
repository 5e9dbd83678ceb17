import { describe, expect, it } from 'vitest';
import type { KubeObject, Secret } from '../api/types.ts';
import { Harness } from './harness.ts';

const secret = (rest: object): Secret & KubeObject =>
  ({ kind: 'Secret', metadata: { name: 's' }, ...rest }) as Secret & KubeObject;
const refusal = (object: KubeObject) => {
  const harness = new Harness();
  return harness.refusal(() => harness.create(object))?.replace(/^\[([\s\S]*)\]$/, '$1');
};
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

describe('Secret', () => {
  it('is Opaque, and writes stringData into data', () => {
    const made = new Harness().create(secret({ data: { a: 'eA==', b: 'eA==' }, stringData: { b: 'grüß' } }));
    expect(made).toMatchObject({ type: 'Opaque', data: { a: 'eA==', b: 'Z3LDvMOf' } });
    expect(made).not.toHaveProperty('stringData');
  });

  it.each([
    ['a bad key', { data: { 'a b': '' } }, `data[a b]: Invalid value: "a b": ${KEY_RULE}`],
    ['a key that climbs', { data: { '..a': '' } }, 'data[..a]: Invalid value: "..a": must not start with \'..\''],
    ['TLS without a key', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==' } }, 'data[tls.key]: Required value'],
    [
      'TLS without anything',
      { type: 'kubernetes.io/tls' },
      'data[tls.crt]: Required value, data[tls.key]: Required value',
    ],
    ['no registry', { type: 'kubernetes.io/dockerconfigjson' }, 'data[.dockerconfigjson]: Required value'],
    [
      'a registry that is no JSON',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } },
      'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value',
    ],
    ['nobody', { type: 'kubernetes.io/basic-auth' }, 'data[username]: Required value, data[password]: Required value'],
    ['no SSH key', { type: 'kubernetes.io/ssh-auth' }, 'data[ssh-privatekey]: Required value'],
    [
      'a token of nobody',
      { type: 'kubernetes.io/service-account-token' },
      'metadata.annotations[kubernetes.io/service-account.name]: Required value',
    ],
    [
      'more than a mebibyte',
      { data: { a: 'A'.repeat(1_400_000) } },
      'data: Too long: may not be more than 1048576 bytes',
    ],
  ])('refuses %s (ValidateSecret)', (_, rest, expected) => {
    expect(refusal(secret(rest))).toBe(expected);
  });

  it('never changes its type, and nothing once it is immutable (ValidateSecretUpdate)', () => {
    const harness = new Harness();
    const made = harness.create(secret({ immutable: true, data: { a: 'eA==' } }));
    const change = (what: object) => harness.refusal(() => harness.update(made, (copy) => Object.assign(copy, what)));
    expect(change({ type: 'other' })).toBe('type: Invalid value: "other": field is immutable');
    expect(change({ data: { a: 'eQ==' } })).toBe('data: Forbidden: field is immutable when `immutable` is set');
    expect(change({ immutable: false })).toBe('immutable: Forbidden: field is immutable when `immutable` is set');
  });

  it('says what may not change before what is wrong anyway (ValidateSecretUpdate)', () => {
    const harness = new Harness();
    const made = harness.create(secret({}));
    const change = { type: 'kubernetes.io/tls' };
    expect(harness.refusal(() => harness.update(made, (copy) => Object.assign(copy, change)))).toBe(
      '[type: Invalid value: "kubernetes.io/tls": field is immutable, data[tls.crt]: Required value, data[tls.key]: Required value]',
    );
  });
});

describe('ConfigMap', () => {
  it.each([
    ['a bad key', { data: { 'a/b': '' } }, `data[a/b]: Invalid value: "a/b": ${KEY_RULE}`],
    [
      'one key in both',
      { data: { a: '' }, binaryData: { a: 'eA==' } },
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ],
    ['more than a mebibyte', { data: { a: 'ü'.repeat(600_000) } }, '[]: Too long: may not be more than 1048576 bytes'],
  ])('refuses %s (ValidateConfigMap)', (_, rest, expected) => {
    expect(refusal({ kind: 'ConfigMap', metadata: { name: 'c' }, ...rest })).toBe(expected);
  });

  it('counts its entries', () => {
    const object = { kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '', b: '' }, binaryData: { c: '' } };
    expect(new Harness().row(object)['Data']).toBe(3);
  });
});

describe('Namespace, ServiceAccount, Lease', () => {
  it('a namespace has its name for a label, and a finalizer', () => {
    const made = new Harness().create({ kind: 'Namespace', metadata: { name: 'team' } });
    expect(made).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'team' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
    expect(refusal({ kind: 'Namespace', metadata: { name: 'team.a' } })).toBe(
      'metadata.name: Invalid value: "team.a": must not contain dots',
    );
  });

  it('have their columns', () => {
    const harness = new Harness();
    expect(harness.row({ kind: 'ServiceAccount', metadata: { name: 'a' } })['Secrets']).toBe(0);
    expect(harness.row({ kind: 'Lease', metadata: { name: 'a' }, spec: { holderIdentity: 'n' } })['Holder']).toBe('n');
    expect(harness.row({ kind: 'Namespace', metadata: { name: 'a' }, status: { phase: 'Active' } })['Status']).toBe(
      'Active',
    );
  });
});
