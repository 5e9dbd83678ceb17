import type { Outcome } from '../web-tools/compare.ts';

/**
 * An outcome without what differs from run to run: numbers of queries, times, cookies, serials; and how kubectl exec ends. BIND's
 * nslookup of 9.11 and later says of CoreDNS that it does not recurse; the one of the image is older and does not.
 */
export function comparable({ stdout, stderr, status }: Outcome): Outcome {
  const common = (text: string) =>
    text
      .replace(/\n+$/, '\n')
      .replace(/^;; Got recursion not available from 10\.0\.0\.10\n/gm, '')
      .replace(/DiG 9\.\d+\.\d+\S*/g, 'DiG 9')
      .replace(/ id: \d+/g, ' id: N')
      .replace(/^; COOKIE: [0-9a-f]+/gm, '; COOKIE: N')
      .replace(/Query time: \d+ msec/g, 'Query time: N msec')
      .replace(/WHEN: .*/g, 'WHEN: TIME')
      .replace(/ in \d+ ms\b/g, ' in N ms')
      .replace(/\b1\d{9} 7200 1800/g, 'SERIAL 7200 1800');
  return {
    stdout: common(stdout),
    stderr: common(stderr).replace(/^command terminated with exit code \d+\n/m, ''),
    status,
  };
}
