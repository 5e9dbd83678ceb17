/** A command line for which our kubectl does not do what the real one does, and why it does not. */
export interface KnownDifference {
  readonly where: string;
  readonly line: string;
  readonly reason: string;
}

const NO_CRDS =
  'The real one looks for custom resource definitions, which this API server has no list of. Ours says what it says of a kind that nobody defined.';

/** All of them: what is not here must be equal, and what is here must not be. */
export const DIFFERENCES: readonly KnownDifference[] = [
  { where: 'writing/apply', line: 'apply -f wrong-kind.yaml', reason: NO_CRDS },
  { where: 'writing/create', line: 'create -f wrong-kind.yaml', reason: NO_CRDS },
  { where: 'writing/run', line: 'replace -f wrong-kind.yaml', reason: NO_CRDS },
  {
    where: 'writing/apply',
    line: 'apply -f web.yaml ;; apply -f web-again.yaml --server-side',
    reason:
      'The output is equal. The real one also hands the fields of earlier client-side applies over to the new manager; ours leaves them with both.',
  },
  {
    where: 'writing/run',
    line: 'debug node/kubernetes-minion-905m --image=busybox --attach=false',
    reason: 'The name of the pod is made up.',
  },
  {
    where: 'writing/run',
    line: 'auth reconcile -f web.yaml --dry-run=client',
    reason: 'Ours says that there is no RBAC here, where the real one passes over what is no role.',
  },
];
