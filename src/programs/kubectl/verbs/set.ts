import type { Container } from 'kubernetes-types/core/v1';
import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { subjectsOf } from '../create/subjects.ts';
import { Failure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { parseLabels } from '../generators/names.ts';
import type { Invocation } from '../invocation.ts';
import { MISSING_RESOURCE } from '../resource/selection.ts';
import {
  DEEP_FILENAME_FLAGS,
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  LABEL_SELECTOR_FLAG,
  PRINT_FLAGS,
} from '../shared-flags.ts';
import { generated } from '../write/generated.ts';
import { containersLike, podSpecOf, setOnObjects } from '../write/pod-spec.ts';
import { setEnvironment } from '../write/set-env.ts';

const COMMON: readonly Flag[] = [
  ...PRINT_FLAGS,
  ...FILENAME_FLAGS,
  { name: 'all', type: 'bool' },
  LABEL_SELECTOR_FLAG,
  { name: 'local', type: 'bool' },
  DRY_RUN_FLAG,
  { name: 'field-manager', type: 'string', default: 'kubectl-set' },
];
const CONTAINERS: Flag = { name: 'containers', short: 'c', type: 'string', default: '*' };

const command: Command = {
  name: 'set',
  subcommands: [
    { name: 'image', flags: COMMON, run: (invocation) => setImage(invocation) },
    {
      name: 'resources',
      flags: [...COMMON, CONTAINERS, { name: 'limits', type: 'string' }, { name: 'requests', type: 'string' }],
      run: (invocation) => setResources(invocation),
    },
    {
      name: 'selector',
      flags: [
        ...COMMON.filter(({ name }) => !['filename', 'recursive', 'kustomize', 'selector'].includes(name)),
        ...DEEP_FILENAME_FLAGS,
        { name: 'resource-version', type: 'string' },
      ],
      run: (invocation) => setSelector(invocation),
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      flags: COMMON.filter(({ name }) => name !== 'selector'),
      run: (invocation) => setServiceAccount(invocation),
    },
    {
      name: 'subject',
      flags: [
        ...COMMON,
        { name: 'user', type: 'array' },
        { name: 'group', type: 'array' },
        { name: 'serviceaccount', type: 'array' },
      ],
      run: (invocation) => setSubject(invocation),
    },
    {
      name: 'env',
      flags: [
        ...COMMON,
        CONTAINERS,
        { name: 'from', type: 'string' },
        { name: 'prefix', type: 'string' },
        { name: 'keys', type: 'strings' },
        { name: 'env', short: 'e', type: 'array' },
        { name: 'list', type: 'bool' },
        { name: 'resolve', type: 'bool' },
        { name: 'overwrite', type: 'bool', default: 'true' },
      ],
      run: (invocation) => setEnvironment(invocation),
    },
  ],
};

export default command;

function needResource(invocation: Invocation, resources: readonly string[]): void {
  const { flags } = invocation;
  if (resources.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '')
    throw new Failure(MISSING_RESOURCE);
}

function* setImage(invocation: Invocation): Routine {
  const at = invocation.args.findIndex((word) => word.includes('='));
  const resources = at < 0 ? invocation.args : invocation.args.slice(0, at);
  const images = at < 0 ? [] : invocation.args.slice(at);
  needResource(invocation, resources);
  if (images.length === 0) throw new Failure('at least one image update is required');
  const wanted = images.map((word) => {
    const [name = '', image = '', ...more] = word.split('=');
    if (name === '' || image === '' || more.length > 0) throw new Failure(`invalid image format: ${word}`);
    return { name, image };
  });
  if (wanted.length > 1 && wanted.some(({ name }) => name === '*'))
    throw new Failure(
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  yield* setOnObjects(invocation, {
    resources,
    operation: 'image updated',
    *change(object) {
      yield* [];
      const spec = podSpecOf(object);
      for (const { name, image } of wanted) {
        const found: Container[] = [...(spec.initContainers ?? []), ...spec.containers].filter(
          (container) => name === '*' || container.name === name,
        );
        if (found.length === 0) throw new Failure(`unable to find container named ${JSON.stringify(name)}`);
        for (const container of found) container.image = image;
      }
    },
  });
}

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

function amounts(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part === '') continue;
    const [name = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0)
      throw new Failure(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    if (!QUANTITY.test(value))
      throw new Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    out[name] = value;
  }
  return out;
}

function* setResources(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  needResource(invocation, args);
  if (flags.string('limits') === '' && flags.string('requests') === '')
    throw new Failure('you must specify an update to requests or limits (in the form of --requests/--limits)');
  const [limits, requests] = [amounts(flags.string('limits')), amounts(flags.string('requests'))];
  yield* setOnObjects(invocation, {
    resources: args,
    operation: 'resource requirements updated',
    *change(object) {
      yield* [];
      const found = containersLike(podSpecOf(object).containers, flags.string('containers'));
      if (found.length === 0) throw new Failure(`unable to find container named ${flags.string('containers')}`);
      for (const container of found) {
        const { resources = {} } = container;
        container.resources = {
          ...resources,
          ...(Object.keys(limits).length === 0 ? {} : { limits: { ...resources.limits, ...limits } }),
          ...(Object.keys(requests).length === 0 ? {} : { requests: { ...resources.requests, ...requests } }),
        };
      }
    },
  });
}

function* setSelector(invocation: Invocation): Routine {
  const selectors = invocation.args.filter((word) => word.includes('='));
  const resources = invocation.args.filter((word) => !word.includes('='));
  if (selectors.length === 0) throw new Failure('one selector is required');
  if (selectors.length > 1) throw new Failure(`only one selector is allowed: [${selectors.join(' ')}]`);
  const selector = generated(() => parseLabels(selectors[0] ?? ''));
  yield* setOnObjects(invocation, {
    resources,
    operation: 'selector updated',
    *change(object: KubeObject) {
      yield* [];
      if (object.kind !== 'Service') throw new Failure('setting a selector is only supported for Services');
      const spec = object['spec'] as { selector?: Record<string, string | null> };
      const gone = Object.keys(spec.selector ?? {}).filter((key) => !(key in selector));
      spec.selector = { ...Object.fromEntries(gone.map((key) => [key, null])), ...selector };
    },
  });
}

/** Adds users, groups and service accounts to role bindings. */
function* setSubject(invocation: Invocation): Routine {
  const { args } = invocation;
  const subjects = subjectsOf(invocation);
  if (subjects.length === 0) throw new Failure('you must specify at least one value of user, group or serviceaccount');
  needResource(invocation, args);
  yield* setOnObjects(invocation, {
    resources: args,
    operation: 'subjects updated',
    *change(object) {
      yield* [];
      if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding')
        throw new Failure('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      const there = (object['subjects'] ?? []) as object[];
      const known = new Set(there.map((one) => JSON.stringify(one)));
      object['subjects'] = [...there, ...subjects.filter((one) => !known.has(JSON.stringify(one)))];
    },
  });
}

function* setServiceAccount(invocation: Invocation): Routine {
  const { args } = invocation;
  const name = args[args.length - 1];
  if (name === undefined) throw new Failure('serviceaccount is required');
  yield* setOnObjects(invocation, {
    resources: args.slice(0, -1),
    operation: 'serviceaccount updated',
    *change(object) {
      yield* [];
      podSpecOf(object).serviceAccountName = name;
    },
  });
}
