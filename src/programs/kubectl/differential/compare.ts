import type { Outcome } from '../testing/session.ts';

/** An outcome without what cannot be equal: the time and process number of log lines, and the folders and
 * times in the output of diff. */
export function comparable({ stdout, stderr, status }: Outcome): Outcome {
  return {
    stdout: stdout
      .replace(/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1')
      .replace(/^((?:---|\+\+\+) \/tmp\/(?:LIVE|MERGED)\/\S+\t).*$/gm, '$1'),
    stderr: stderr.replace(/^([EWI])\d{4} [\d:.]+ +\d+ /gm, '$1 '),
    status,
  };
}

/** Whether two runs are the same. */
export function equalOutcome(ours: Outcome, real: Outcome): boolean {
  const [a, b] = [comparable(ours), comparable(real)];
  return a.status === b.status && a.stdout === b.stdout && a.stderr === b.stderr;
}
