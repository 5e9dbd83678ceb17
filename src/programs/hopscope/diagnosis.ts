import { type Diagnosis, diagnose } from '../../cluster/network/causes/diagnosis.ts';
import { quoted } from '../../cluster/network/fixes/fix.ts';
import type { Network } from '../../cluster/network/network.ts';
import type { Place, Trace } from '../../cluster/network/trace.ts';
import type { Request } from './attempt.ts';

/** Why an exchange went as it did, by the cluster as it is now. Undefined when its sender is gone. */
export function diagnosisOf(network: Network, trace: Trace): Diagnosis | undefined {
  const given = network.caseOf(trace);
  return given === undefined ? undefined : diagnose(given);
}

/** The command line that made an exchange. */
export function askedLine(trace: Trace): string {
  return trace.argv === undefined
    ? `${trace.program} ${trace.asked ?? trace.target}`
    : trace.argv.map(quoted).join(' ');
}

/** The request that an exchange was part of, as it can be made again. */
export function requestFor(trace: Trace): Request {
  const { argv, source } = trace;
  return { machine: machineOf(source), line: argv === undefined ? plainLine(trace) : argv.map(quoted).join(' ') };
}

function plainLine(trace: Trace): string {
  return trace.purpose === 'ping' ? `ping -c 1 ${trace.target}` : `curl -sS ${quoted(trace.asked ?? trace.target)}`;
}

function machineOf(place: Place): string {
  if (place.at === 'pod') return `pod/${place.namespace}/${place.pod}`;
  return 'node' in place ? `node/${place.node}` : 'laptop';
}
