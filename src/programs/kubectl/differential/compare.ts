import type { Outcome } from '../testing/session.ts';

/** An outcome without what cannot be equal: the time and process number of log lines. */
export function comparable({ stdout, stderr, status }: Outcome): Outcome {
  return { stdout, stderr: stderr.replace(/^([EWI])\d{4} [\d:.]+ +\d+ /gm, '$1 '), status };
}

/** Whether two runs are the same. */
export function equalOutcome(ours: Outcome, real: Outcome): boolean {
  const [a, b] = [comparable(ours), comparable(real)];
  return a.status === b.status && a.stdout === b.stdout && a.stderr === b.stderr;
}
