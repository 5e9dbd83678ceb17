import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { creator } from './subcommand.ts';

/** resource.ParseQuantity's idea of a number with a suffix. */
const QUANTITY = /^[+-]?(\d+|\d+\.\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const SCOPES: ReadonlySet<string> = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
]);

/** `kubectl create quota` */
export const createQuota: Command = creator({
  name: 'quota',
  aliases: ['resourcequota'],
  flags: [
    { name: 'hard', type: 'string' },
    { name: 'scopes', type: 'string' },
  ],
  failure: 'failed to create quota: ',
  make({ flags }, name, namespace) {
    const hard: Record<string, string> = {};
    const given = flags.string('hard');
    for (const word of given === '' ? [] : given.split(',')) {
      const [resource = '', amount, ...more] = word.split('=');
      if (amount === undefined || more.length > 0)
        throw new Failure(`Invalid argument syntax ${word}, expected <resource>=<value>`);
      if (!QUANTITY.test(amount))
        throw new Failure(
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
      hard[resource] = amount;
    }
    const scopes = flags.string('scopes') === '' ? [] : flags.string('scopes').split(',');
    for (const scope of scopes) if (!SCOPES.has(scope)) throw new Failure(`invalid resource quota scope: ${scope}`);
    return {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: {
        creationTimestamp: null as unknown as string,
        name,
        ...(namespace === undefined ? {} : { namespace }),
      },
      spec: { ...(given === '' ? {} : { hard }), ...(scopes.length === 0 ? {} : { scopes }) },
      status: {},
    };
  },
});
