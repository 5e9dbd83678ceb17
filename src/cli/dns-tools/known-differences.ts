import type { KnownDifference } from '../../programs/differential/cases.ts';

const NO_SUCH_RECORD =
  "The cluster's DNS here has no such record: names of zones have none, and Services only those of their ports.";
const ADDITIONAL = "The addresses of an SRV record's targets are not sent along.";

/** Commands that our DNS tools answer otherwise. One that becomes equal fails the test, so that it is taken off. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { line: 'bind: nslookup -type=soa cluster.local', reason: NO_SUCH_RECORD },
  { line: 'bind: dig soa cluster.local +noall +answer', reason: NO_SUCH_RECORD },
  { line: 'bind: dig srv my-nginx.default.svc.cluster.local +noall +answer +additional', reason: NO_SUCH_RECORD },
  { line: 'bind: dig srv _http._tcp.my-nginx.default.svc.cluster.local', reason: ADDITIONAL },
  { line: 'bind: nslookup -debug kubernetes', reason: '`-debug` is taken, but shows nothing more.' },
  {
    line: 'bind: dig +ttlunits +noall +answer my-nginx.default.svc.cluster.local',
    reason: 'The column behind a name that is too long for its own is one blank, not a tab.',
  },
  {
    line: 'bind: dig +multiline +noall +authority nope.default.svc.cluster.local',
    reason: '`+multiline` is taken, but prints records on one line.',
  },
];
