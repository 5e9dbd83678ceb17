import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { deployment } from '../generators/deployment.ts';
import { commandAfterDash, creator } from './subcommand.ts';

const noTime = null as unknown as string;

export const createDeployment: Command = creator({
  name: 'deployment',
  aliases: ['deploy'],
  flags: [
    { name: 'image', type: 'strings', required: true },
    { name: 'port', type: 'int32', default: '-1' },
    { name: 'replicas', short: 'r', type: 'int32', default: '1' },
  ],
  failure: 'failed to create deployment: ',
  make: (invocation, name, namespace) =>
    deployment({
      name,
      ...(namespace === undefined ? {} : { namespace }),
      images: invocation.flags.list('image'),
      replicas: invocation.flags.number('replicas'),
      port: invocation.flags.number('port'),
      command: commandAfterDash(invocation),
    }),
});

export const createNamespace: Command = creator({
  name: 'namespace',
  aliases: ['ns'],
  failure: '',
  make: (_, name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { creationTimestamp: noTime, name },
    spec: {},
    status: {},
  }),
});

export const createServiceAccount: Command = creator({
  name: 'serviceaccount',
  aliases: ['sa'],
  failure: 'failed to create serviceaccount: ',
  make: (_, name, namespace) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) },
  }),
});

export const createPriorityClass: Command = creator({
  name: 'priorityclass',
  aliases: ['pc'],
  flags: [
    { name: 'value', type: 'int32' },
    { name: 'global-default', type: 'bool' },
    { name: 'description', type: 'string' },
    { name: 'preemption-policy', type: 'string', default: 'PreemptLowerPriority' },
  ],
  failure: 'failed to create priorityclass: ',
  make({ flags }, name) {
    const policy = flags.string('preemption-policy');
    return {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { creationTimestamp: noTime, name },
      value: flags.number('value'),
      ...(flags.bool('global-default') ? { globalDefault: true } : {}),
      ...(flags.string('description') === '' ? {} : { description: flags.string('description') }),
      preemptionPolicy: policy,
    };
  },
});

export const createDisruptionBudget: Command = creator({
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  flags: [
    { name: 'min-available', type: 'string' },
    { name: 'max-unavailable', type: 'string' },
    { name: 'selector', type: 'string' },
  ],
  failure: 'failed to create poddisruptionbudgets: ',
  make({ flags }, name, namespace) {
    const [min, max, selector] = ['min-available', 'max-unavailable', 'selector'].map((flag) => flags.string(flag)) as [
      string,
      string,
      string,
    ];
    if (selector === '') throw new Failure('a selector must be specified');
    if (max === '' && min === '') throw new Failure('one of min-available or max-unavailable must be specified');
    if (max !== '' && min !== '') throw new Failure('min-available and max-unavailable cannot be both specified');
    const amount = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        ...(max === '' ? { minAvailable: amount(min) } : { maxUnavailable: amount(max) }),
        selector: { matchLabels: Object.fromEntries(selector.split(',').map((part) => part.split('='))) },
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
  },
});
