import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { KINDS } from '../src/cluster/resources/index.ts';
import {
  definitionOfKind,
  type KubernetesSchema,
  loadSchema,
  loadStructure,
  reachableDefinitions,
  type Structure,
} from '../src/cluster/resources/structure.ts';
import { GO_NAMES, NEWER, PATCHES, POINTERS } from './schema/facts.ts';

let schema: KubernetesSchema;
let structure: Structure;
beforeAll(async () => {
  [schema, structure] = await Promise.all([loadSchema(), loadStructure()]);
});

it('every kind of the cluster has a definition with descriptions, and a structure', () => {
  for (const kind of KINDS) {
    const name = definitionOfKind(schema, kind);
    expect(name, kind.kind).toBeDefined();
    expect(schema.definitions[name ?? '']?.description?.length, kind.kind).toBeGreaterThan(20);
    expect(structure[kind.kind], kind.kind).toBeDefined();
  }
});

it('every reference leads somewhere', () => {
  const names = KINDS.map((kind) => definitionOfKind(schema, kind) ?? '');
  const reached = reachableDefinitions(schema, names);
  expect(Object.keys(reached).sort()).toEqual(Object.keys(schema.definitions).sort());
  expect(JSON.stringify(schema)).not.toContain('#/components');
});

it('types are as Kubernetes has them', () => {
  const pod = schema.definitions['io.k8s.api.core.v1.PodSpec'];
  expect(pod?.required).toEqual(['containers']);
  expect(pod?.properties?.['containers']).toMatchObject({
    type: 'array',
    items: { $ref: '#/definitions/io.k8s.api.core.v1.Container' },
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  });
  expect(pod?.properties?.['terminationGracePeriodSeconds']).toMatchObject({ type: 'integer', format: 'int64' });
  expect(pod?.properties?.['restartPolicy']?.enum).toEqual(['Always', 'Never', 'OnFailure']);
  expect(structure['PodSpec']).toMatchObject({
    containers: '![=Container',
    hostNetwork: 'b',
    priority: '!i',
    restartPolicy: 's:RestartPolicy',
    nodeSelector: '{s',
  });
  expect(structure['ResourceRequirements']).toMatchObject({ limits: '{q' });
  expect(structure['Secret']).toMatchObject({ data: '{y', stringData: '{s' });
  expect(structure['discovery.v1.EndpointPort']).toMatchObject({ port: '!i', name: '!s' });
});

describe('the facts are about fields that exist', () => {
  const has = (path: string) => {
    const dot = path.lastIndexOf('.');
    const [type, field] = [path.slice(0, dot), path.slice(dot + 1)];
    return dot < 0
      ? Object.values(structure).some((fields) => fields[path] !== undefined)
      : structure[type]?.[field] !== undefined;
  };

  it('names, merges and pointers', () => {
    const paths = [...Object.keys(GO_NAMES), ...Object.keys(PATCHES), ...POINTERS];
    expect(paths.filter((path) => !has(path))).toEqual([]);
  });

  it('newer fields are gone', () => {
    for (const [type, fields] of Object.entries(NEWER))
      for (const field of fields) expect(structure[type]?.[field], `${type}.${field}`).toBeUndefined();
  });
});

it('the structure stays small, as the engine loads it before the first write', () => {
  const file = fileURLToPath(new URL('../generated/schema/structure.json', import.meta.url));
  expect(gzipSync(readFileSync(file), { level: 9 }).length).toBeLessThan(12_000);
});
