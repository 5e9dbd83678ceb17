import type { DeleteOptions } from '../client.ts';
import { errors } from '../errors.ts';
import type { FieldError } from '../kind.ts';
import type { Call } from './handler.ts';
import { isTrue } from './query.ts';

interface GivenOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  orphanDependents?: boolean;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: string[];
}

/** metav1.DeleteOptions from the body, or from the query where there is none. @throws ApiError Invalid */
export function deletionOptions({ request, query }: Pick<Call, 'request' | 'query'>): DeleteOptions {
  const body = request.body as GivenOptions | undefined;
  const given: GivenOptions =
    typeof body === 'object' && body !== null && Object.keys(body).length > 0 ? body : fromQuery(query);
  // kubectl says dryRun in the body; in the query it counts all the same.
  const dryRun = [...(given.dryRun ?? []), ...query.getAll('dryRun')].filter((value) => value !== '');
  const problems: FieldError[] = [];
  const { propagationPolicy: policy, orphanDependents } = given;
  if (policy !== undefined && orphanDependents !== undefined)
    problems.push({
      type: 'Invalid value',
      field: 'propagationPolicy',
      value: policy,
      detail: 'orphanDependents and deletionPropagation cannot be both set',
    });
  if (policy !== undefined && !isPolicy(policy))
    problems.push({
      type: 'Unsupported value',
      field: 'propagationPolicy',
      value: policy,
      detail: 'supported values: "Foreground", "Background", "Orphan", "nil"',
    });
  if (dryRun.some((value) => value !== 'All'))
    problems.push({ type: 'Unsupported value', field: 'dryRun', value: dryRun, detail: 'supported values: "All"' });
  if (problems.length > 0)
    throw errors.invalid({ group: 'meta.k8s.io', plural: 'DeleteOptions', kind: 'DeleteOptions' }, '', problems);
  const propagation =
    policy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background');
  return {
    dryRun: dryRun.length > 0,
    ...(given.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: given.gracePeriodSeconds }),
    ...(propagation === undefined || !isPolicy(propagation) ? {} : { propagationPolicy: propagation }),
    ...(given.preconditions === undefined ? {} : { preconditions: given.preconditions }),
  };
}

function isPolicy(text: string): text is NonNullable<DeleteOptions['propagationPolicy']> {
  return text === 'Foreground' || text === 'Background' || text === 'Orphan';
}

function fromQuery(query: URLSearchParams): GivenOptions {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
  };
}
