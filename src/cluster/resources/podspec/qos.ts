import type { PodSpec } from '../../api/types.ts';
import { compareQuantities } from '../quantity.ts';

/** A pod's quality of service class (pkg/apis/core/v1/helper/qos.ComputePodQOS): only CPU and memory count. */
export function qosClass(spec: PodSpec | undefined): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let guaranteed = true;
  let any = false;
  for (const { resources } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    for (const name of ['cpu', 'memory']) {
      const request = resources?.requests?.[name];
      const limit = resources?.limits?.[name];
      const asks = request !== undefined && compareQuantities(request, '0') > 0;
      const limited = limit !== undefined && compareQuantities(limit, '0') > 0;
      any ||= asks || limited;
      if (!limited || !asks || compareQuantities(request, limit) !== 0) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
