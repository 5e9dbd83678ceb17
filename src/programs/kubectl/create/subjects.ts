import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';

/** Users, groups and service accounts of a command line. @throws Failure */
export function subjectsOf({ flags }: Invocation): object[] {
  const named = (kind: string, names: readonly string[]) =>
    names.map((name) => ({ kind, apiGroup: 'rbac.authorization.k8s.io', name }));
  return [
    ...named('User', flags.list('user')),
    ...named('Group', flags.list('group')),
    ...flags.list('serviceaccount').map((word) => {
      const [namespace = '', name = '', ...more] = word.split(':');
      if (name === '' || namespace === '' || more.length > 0)
        throw new Failure('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
}
