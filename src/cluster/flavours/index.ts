import { aws } from './aws.ts';
import { docker } from './docker.ts';
import type { Flavour } from './flavour.ts';
import { gce } from './gce.ts';
import { tencent } from './tencent.ts';

/** The kinds of cluster, by the name that lessons and `--cluster` use. */
export const FLAVOURS: Readonly<Record<string, Flavour>> = { gce, aws, tencent, docker };
