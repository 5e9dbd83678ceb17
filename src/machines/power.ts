import { serviceKey } from './machine.ts';

/** Turns a node's power off or on; false for a machine that is no node. */
export const POWER = serviceKey<(node: string, on: boolean) => boolean>('power');
