import type { Discovered } from './discovery.ts';

const none = { shortNames: [], categories: [], subresources: [], verbs: ['create'] } as const;

function review(group: string, name: string, kind: string, namespaced = false): Discovered {
  return { ...none, group, version: 'v1', name, singular: kind.toLowerCase(), namespaced, kind: [group, 'v1', kind] };
}

/** Resources that are asked, not stored: discovery lists them beside the kinds. */
export const VIRTUAL_RESOURCES: readonly Discovered[] = [
  review('', 'bindings', 'Binding', true),
  review('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview'),
  review('authorization.k8s.io', 'localsubjectaccessreviews', 'LocalSubjectAccessReview', true),
  review('authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
  review('authorization.k8s.io', 'subjectaccessreviews', 'SubjectAccessReview'),
];
