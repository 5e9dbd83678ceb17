import type { WhyFix } from '../../playground/protocol.ts';

/** The line to type on the laptop that does a fix for real: its commands, then what is to be asked instead, where it was asked. */
export function doneLine(fix: Pick<WhyFix, 'commands' | 'ask'>): string {
  return [...fix.commands, ...(fix.ask === undefined ? [] : [there(fix.ask)])].join(' && ');
}

function there({ machine, line }: NonNullable<WhyFix['ask']>): string {
  const [kind, first = '', second = ''] = machine.split('/');
  if (kind === 'node') return `ssh ${first} ${line}`;
  if (kind !== 'pod') return line;
  return `kubectl exec ${second}${first === 'default' ? '' : ` -n ${first}`} -- ${line}`;
}
