import type { ApiRequest } from '../client.ts';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The learner: what the kubeconfig of a new cluster makes one. */
export const ADMIN: User = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] };

/** Who a request is from: the administrator, or whom the administrator impersonates (`kubectl --as`). */
export function userOf({ headers = {} }: ApiRequest): User {
  const name = headers['impersonate-user'];
  if (name === undefined) return ADMIN;
  const given = (headers['impersonate-group'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  const implied = account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  const last = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return { name, groups: [...new Set([...given, ...implied, last])] };
}

/** Attributes of a request that authorization decides about. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  /** Instead of a resource: a path such as /healthz. */
  readonly path?: string;
}

/** Paths that everybody may read (ClusterRoles system:public-info-viewer and system:discovery). */
const PUBLIC = /^\/(healthz|livez|readyz|version)(\/.*)?$/;
const DISCOVERY = /^\/(api|apis|openapi)(\/.*)?$/;
const SELF_REVIEWS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews']);

/**
 * Whether a user may do a thing, by the roles that every cluster begins with: administrators may do everything, everybody else
 * may only ask about themselves and what the API is.
 */
export function allowed(user: User, { verb, resource, path }: Attributes): boolean {
  if (user.groups.includes('system:masters') || user.groups.includes('kubeadm:cluster-admins')) return true;
  const known = user.groups.includes('system:authenticated');
  if (path !== undefined) return verb === 'get' && (PUBLIC.test(path) || (known && DISCOVERY.test(path)));
  return known && verb === 'create' && SELF_REVIEWS.has(resource);
}
