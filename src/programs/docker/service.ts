import { serviceKey } from '../../machines/machine.ts';
import type { DockerEngine } from './engine.ts';

/** The dockerd of a machine, by its host name; undefined where none runs. */
export type DockerDaemons = (host: string) => DockerEngine | undefined;

export const DOCKER = serviceKey<DockerDaemons>('docker');
