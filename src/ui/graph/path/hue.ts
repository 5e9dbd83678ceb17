import type { PacketKind, Trace } from '../../../cluster/network/trace.ts';
import type { Hue } from '../layout/picture.ts';

/** Colour and shape of a packet: what it carries, or that it is an answer. */
export function hueOf(packet: PacketKind, direction: 'request' | 'reply'): Hue {
  if (packet === 'tls') return 'tls';
  if (packet === 'dns') return 'dns';
  return direction === 'reply' ? 'reply' : 'http';
}

/** The colour a trace has as a whole. */
export function traceHue(trace: Trace): Hue {
  const first = trace.steps[0];
  return first === undefined ? 'http' : hueOf(first.packet, 'request');
}
