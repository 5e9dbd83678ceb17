/** Where an image without a registry comes from. */
const DEFAULT_REGISTRY = 'docker.io';

/** Names that were looked at last: thousands of pods have the same. */
const FULL = new Map<string, string>();
const PROBLEMS = new Map<string, string | undefined>();
const MOST_KNOWN = 500;

function remember<T>(known: Map<string, T>, image: string, value: T): T {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(image, value);
  return value;
}

/** The name under which a node knows an image: `nginx` is `docker.io/library/nginx:latest`. */
export function fullImageName(image: string): string {
  return FULL.get(image) ?? remember(FULL, image, fullNameOf(image));
}

function fullNameOf(image: string): string {
  const [first = ''] = image.split('/');
  const hosted = image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = image.includes('/') ? image : `library/${image}`;
  const named = hosted ? image : `${DEFAULT_REGISTRY}/${path}`;
  return /:[^/]+$|@/.test(named) ? named : `${named}:latest`;
}

const REFERENCE = /^[^/]+\/([^:@]+)(:\w[\w.-]{0,127})?(@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;
const PATH = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Why a name cannot be an image's (distribution/reference); undefined for a good one. */
export function imageNameProblem(image: string): string | undefined {
  return PROBLEMS.has(image) ? PROBLEMS.get(image) : remember(PROBLEMS, image, problemOf(image));
}

function problemOf(image: string): string | undefined {
  const path = REFERENCE.exec(fullImageName(image))?.[1];
  if (path !== undefined && PATH.test(path)) return undefined;
  const lower = path !== undefined && PATH.test(path.toLowerCase());
  return lower ? `invalid reference format: repository name (${path}) must be lowercase` : 'invalid reference format';
}
