import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { deployment } from '../generators/deployment.ts';
import { goQuote } from '../go/quote.ts';
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

export const createJob: Command = creator({
  name: 'job',
  flags: [
    { name: 'image', type: 'string' },
    { name: 'from', type: 'string' },
  ],
  failure: 'failed to create job: ',
  make(invocation, name, namespace) {
    const { flags } = invocation;
    const image = flags.string('image');
    const command = commandAfterDash(invocation);
    if ((image === '') === (flags.string('from') === ''))
      throw new Failure('either --image or --from must be specified');
    if (image === '') throw new Failure('this kubectl makes a job of an image only: no CronJob runs here');
    const object: KubeObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        template: {
          metadata: { creationTimestamp: null },
          spec: {
            containers: [{ ...(command.length === 0 ? {} : { command: [...command] }), image, name, resources: {} }],
            restartPolicy: 'Never',
          },
        },
      },
      status: {},
    };
    return object;
  },
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
    if (policy !== 'PreemptLowerPriority' && policy !== 'Never')
      throw new Failure(`invalid preemption-policy ${goQuote(policy)}`);
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
