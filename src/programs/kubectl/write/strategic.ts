import type { Mapping } from '../rest/mapper.ts';

const BUILT_IN = /^$|^(apps|batch|policy|autoscaling)$|\.k8s\.io$/;

/** Whether the kind is one of Kubernetes' own, whose lists have merge keys; others take JSON merge patches only. */
export function strategic(mapping: Mapping): boolean {
  return BUILT_IN.test(mapping.group);
}
