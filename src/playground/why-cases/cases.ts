import { ENTRANCES } from './entrances.ts';
import { NAMES } from './names.ts';
import { PODS } from './pods.ts';
import { POLICIES } from './policies.ts';
import { SERVICES } from './services.ts';
import { TLS } from './tls.ts';

/** Every way to fail that is explained, with its proof in `cases.test.ts`. */
export const CASES = [...SERVICES, ...PODS, ...NAMES, ...ENTRANCES, ...TLS, ...POLICIES];
