import { errors } from '../errors.ts';
import type { KubeObject } from '../types.ts';
import { ADMIN, allowed, type User } from './user.ts';

interface ReviewSpec {
  resourceAttributes?: { verb?: string; group?: string; resource?: string; subresource?: string; namespace?: string };
  nonResourceAttributes?: { verb?: string; path?: string };
  user?: string;
  groups?: string[];
  namespace?: string;
}

/** Answers a review: `kubectl auth can-i`, `auth whoami`, `auth can-i --list`. Undefined for any other resource. */
export function review(resource: string, given: KubeObject, user: User, timestamp: string): KubeObject | undefined {
  const spec = (given['spec'] ?? {}) as ReviewSpec;
  switch (resource) {
    case 'selfsubjectreviews':
      return {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { creationTimestamp: timestamp },
        status: {
          userInfo: {
            username: user.name,
            groups: user.groups,
            ...(user === ADMIN ? { extra: { 'authentication.kubernetes.io/credential-id': [CREDENTIAL] } } : {}),
          },
        },
      };
    case 'selfsubjectaccessreviews':
      return decided('SelfSubjectAccessReview', given, spec, user);
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews': {
      if (spec.user === undefined && (spec.groups ?? []).length === 0)
        throw errors.invalid({ group: 'authorization.k8s.io', plural: resource, kind: 'SubjectAccessReview' }, '', [
          {
            type: 'Invalid value',
            field: 'spec.user',
            value: '',
            detail: 'at least one of user or group must be specified',
          },
        ]);
      const subject = { name: spec.user ?? '', groups: spec.groups ?? [] };
      return decided(
        resource === 'subjectaccessreviews' ? 'SubjectAccessReview' : 'LocalSubjectAccessReview',
        given,
        spec,
        subject,
      );
    }
    case 'selfsubjectrulesreviews':
      return {
        kind: 'SelfSubjectRulesReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: { creationTimestamp: null as unknown as string },
        spec: {},
        status: rules(user),
      };
    default:
      return undefined;
  }
}

/** The fingerprint of the learner's client certificate. */
const CREDENTIAL = 'X509SHA256=9f1c4d6a8e2b7035c1d94f6ab8e3720d5c6b9a1e4f8073d2b5a6c9e1f0d4837b';

function decided(kind: string, given: KubeObject, spec: ReviewSpec, user: User): KubeObject {
  const { resourceAttributes: attributes, nonResourceAttributes: path } = spec;
  if ((attributes === undefined) === (path === undefined))
    throw errors.invalid({ group: 'authorization.k8s.io', plural: kind, kind }, '', [
      {
        type: 'Invalid value',
        field: 'spec.resourceAttributes',
        value: attributes ?? null,
        detail: 'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      },
    ]);
  const admin = allowed(user, {
    verb: attributes?.verb ?? path?.verb ?? '',
    group: attributes?.group ?? '',
    resource: attributes?.resource ?? '',
    ...(path === undefined ? {} : { path: path.path ?? '' }),
  });
  const reason = user.groups.includes('kubeadm:cluster-admins')
    ? 'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" to Group "kubeadm:cluster-admins"'
    : undefined;
  return {
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null as unknown as string },
    spec: given['spec'],
    status: { allowed: admin, ...(admin && reason !== undefined ? { reason } : {}) },
  };
}

/** What a user may do, as the rules of the roles that a cluster begins with. */
function rules(user: User): object {
  const self = [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ];
  const read = (...nonResourceURLs: string[]) => ({ verbs: ['get'], nonResourceURLs });
  const everything = allowed(user, { verb: 'delete', group: '', resource: 'nodes' });
  return {
    resourceRules: [...(everything ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []), ...self],
    nonResourceRules: [
      ...(everything ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []),
      read('/healthz', '/livez', '/readyz', '/version', '/version/'),
      read(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
    incomplete: false,
  };
}
