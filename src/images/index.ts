import { agnhost } from './agnhost.ts';
import { busybox, busyboxplus } from './busybox.ts';
import { curlImage } from './curl.ts';
import { dnsutils } from './dnsutils.ts';
import { helloApps } from './hello-app.ts';
import { httpd } from './httpd.ts';
import type { Image } from './image.ts';
import { nginxHttps, nginxReleases } from './nginx.ts';
import { redis } from './redis.ts';
import { coredns, defaultBackend, kubeProxy, pause } from './system.ts';

/** Every image that can be pulled. The one place where a new one is registered. */
export const IMAGES: readonly Image[] = [
  ...nginxReleases,
  nginxHttps,
  busybox,
  busyboxplus,
  curlImage,
  agnhost,
  dnsutils,
  httpd,
  redis,
  ...helloApps,
  coredns,
  kubeProxy,
  pause,
  defaultBackend,
];

/** A reference taken apart as containerd does: `nginx` is `docker.io/library/nginx:latest`. */
export function parseReference(reference: string): { registry: string; repository: string; tag: string; full: string } {
  const [first = '', ...rest] = reference.split('/');
  const hasRegistry = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? rest.join('/') : reference;
  const match = /^(.*?)(?::([\w][\w.-]*))?(?:@(.+))?$/.exec(path);
  const name = match?.[1] ?? path;
  const repository = registry === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  const tag = match?.[2] ?? 'latest';
  return { registry, repository, tag, full: `${registry}/${repository}:${tag}` };
}

/** The image of a reference, or why there is none, in containerd's words. */
export function findImage(reference: string): Image | { readonly error: string } {
  const { registry, repository, tag, full } = parseReference(reference);
  const name = registry === 'docker.io' ? repository : `${registry}/${repository}`;
  const releases = IMAGES.filter((each) => each.repositories.includes(name));
  const image = releases.find((each) => each.tags === 'any' || each.tags.includes(tag));
  const prefix = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
  if (image !== undefined) return image;
  if (releases.length === 0)
    return {
      error:
        registry === 'docker.io'
          ? `${prefix}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`
          : `${prefix}: failed to do request: Head "https://${registry}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${registry}: no such host`,
    };
  return { error: `${prefix}: ${full}: not found` };
}
