import type { Outcome } from '../testing/session.ts';

/** Whether two runs are the same, but for what cannot be: the time and process number in log lines. */
export function equalOutcome(ours: Outcome, real: Outcome): boolean {
  return ours.status === real.status && ours.stdout === real.stdout && logless(ours.stderr) === logless(real.stderr);
}

function logless(text: string): string {
  return text.replace(/^([EWI])\d{4} [\d:.]+ +\d+ /gm, '$1 ');
}
