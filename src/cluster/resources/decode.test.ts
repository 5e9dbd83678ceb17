import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { checkFields, decode, decodingError, strictError } from './decode.ts';
import { loadStructure, type Structure } from './structure.ts';

let structure: Structure;
beforeAll(async () => {
  structure = await loadStructure();
});

const deployment = (spec: unknown): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec });
const pod = (container: unknown): KubeObject => ({ kind: 'Pod', spec: { containers: [container] } });
const error = (kind: string, object: KubeObject) => checkFields(kind, object, structure).error;

describe('values of a wrong type, in the words of encoding/json', () => {
  it.each([
    [
      'a word for replicas',
      'Deployment',
      deployment({ replicas: 'two' }),
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'half a replica',
      'Deployment',
      deployment({ replicas: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'too many replicas',
      'Deployment',
      deployment({ replicas: 2 ** 31 }),
      'json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a number for a label',
      'Pod',
      { metadata: { labels: { version: 1 } } } as unknown as KubeObject,
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'a number for a variable',
      'Pod',
      pod({ env: [{ name: 'PORT', value: 80 }] }),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      'a boolean for a variable',
      'Deployment',
      deployment({ template: { spec: { containers: [{ env: [{ name: 'A', value: true }] }] } } }),
      'json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      'a map for a list',
      'Pod',
      { spec: { containers: { name: 'a' } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'a list for a map',
      'Service',
      { spec: { selector: ['app'] } },
      'json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type map[string]string',
    ],
    [
      'a word for a struct',
      'Service',
      { spec: 'web' },
      'json: cannot unmarshal string into Go struct field Service.spec of type v1.ServiceSpec',
    ],
    [
      'a number for a protocol',
      'Service',
      { spec: { ports: [{ protocol: 6 }] } },
      'json: cannot unmarshal number into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol',
    ],
    [
      'a boolean for a port',
      'Service',
      { spec: { ports: [{ targetPort: true }] } },
      'json: cannot unmarshal bool into Go value of type int32',
    ],
    [
      'an odd quantity',
      'Pod',
      pod({ resources: { limits: { cpu: 'half' } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'a secret that is not base64',
      'Secret',
      { data: { password: 'hunter 2' } },
      'illegal base64 data at input byte 6',
    ],
    ['a secret cut short', 'Secret', { data: { password: 'aHVudGVyM' } }, 'illegal base64 data at input byte 8'],
  ] as [string, string, KubeObject, string][])('%s', (_, kind, object, expected) => {
    expect(error(kind, object)).toBe(expected);
  });

  it('names the kind and version as the server does', () => {
    expect(decodingError('Deployment', 'v1', 'json: cannot unmarshal …').message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal …',
    );
  });

  it('goes on after a wrong type, and stops at a value that decodes itself', () => {
    const object = pod({ name: 1, resources: { limits: { cpu: 'x' } } });
    expect(error('Pod', object)).toMatch(/^quantities must match/);
  });
});

describe('unknown fields', () => {
  it('are named with their indexes, in alphabetical order', () => {
    const object = deployment({
      replica: 2,
      template: { spec: { containers: [{ name: 'a', image: 'b', prot: 80 }], dnsPolcy: 'x' } },
    });
    const { unknown } = checkFields('Deployment', object, structure);
    expect(unknown).toEqual(['spec.replica', 'spec.template.spec.containers[0].prot', 'spec.template.spec.dnsPolcy']);
    expect(strictError(unknown)).toBe(
      'strict decoding error: unknown field "spec.replica", unknown field "spec.template.spec.containers[0].prot", unknown field "spec.template.spec.dnsPolcy"',
    );
  });

  it('knows no field that is newer than 1.33', () => {
    expect(checkFields('Pod', { spec: { hostnameOverride: 'a' } }, structure).unknown).toEqual([
      'spec.hostnameOverride',
    ]);
  });

  it('lets every real field of a full manifest pass', () => {
    const object = deployment({
      replicas: 2,
      selector: { matchLabels: { run: 'my-nginx' } },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      template: {
        metadata: { labels: { run: 'my-nginx' }, annotations: { a: 'b' } },
        spec: {
          affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] } },
          containers: [
            {
              name: 'my-nginx',
              image: 'nginx',
              ports: [{ containerPort: 80, name: 'http' }],
              readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
              env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', optional: true } } }],
              volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 's' }],
            },
          ],
          volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }],
        },
      },
    });
    expect(checkFields('Deployment', object, structure)).toEqual({ unknown: [], error: undefined });
  });
});

describe('an object as Go would write it again', () => {
  const decoded = (kind: string, object: KubeObject) => decode(kind, object, structure).object;

  it('loses nulls, unknown fields, and zero values that are no pointers', () => {
    const object = decoded('Pod', {
      metadata: { name: 'a', labels: {}, creationTimestamp: null } as unknown as KubeObject['metadata'],
      spec: {
        hostNetwork: false,
        nodeName: '',
        colour: 'red',
        containers: [{ name: 'a', args: [], env: [{ name: 'A', value: '' }] }],
      },
    } as KubeObject);
    expect(object).toEqual({ metadata: { name: 'a' }, spec: { containers: [{ name: 'a', env: [{ name: 'A' }] }] } });
  });

  it('keeps zero values of pointers, and empty structs', () => {
    const spec = {
      replicas: 0,
      template: { spec: { automountServiceAccountToken: false, containers: [], securityContext: {} } },
    };
    expect(decoded('Deployment', deployment(spec))['spec']).toEqual(spec);
  });

  it('writes times in UTC, without fractions', () => {
    const metadata = { deletionTimestamp: '2026-11-20T10:00:00.5+01:00' };
    expect(decoded('Pod', { metadata })).toEqual({ metadata: { deletionTimestamp: '2026-11-20T09:00:00Z' } });
    expect(error('Pod', { metadata: { deletionTimestamp: 'today' } })).toBe(
      'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
    );
  });

  it('writes quantities in their canonical form', () => {
    const object = decoded('Pod', pod({ name: 'a', resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }));
    expect(object).toMatchObject({ spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '1Gi' } } }] } });
  });
});

it('a key of nothing is a key with an empty value, as in a Go map', () => {
  const read = (kind: string, data: unknown) => decode(kind, { kind, data } as KubeObject, structure).object['data'];
  expect(read('Secret', { 'nginx.crt': null, key: 'eA==' })).toEqual({ 'nginx.crt': '', key: 'eA==' });
  expect(read('ConfigMap', { 'nginx.conf': null })).toEqual({ 'nginx.conf': '' });
});
