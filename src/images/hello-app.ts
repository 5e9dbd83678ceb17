import type { Image } from './image.ts';

function release(tag: string, version: string): Image {
  return {
    repositories: ['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app'],
    tags: [tag],
    sizeBytes: 5_302_112,
    env: [
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['HELLO_VERSION', version],
      ['PORT', '8080'],
    ],
    entrypoint: ['/hello-app'],
    cmd: [],
    workdir: '/',
    user: 'nobody',
    exposed: ['8080/tcp'],
    programs: ['hello-app'],
    shell: 'sh',
    pullMs: 900,
  };
}

/** Google's sample application, in both its versions. Distroless: no shell inside. */
export const helloApps: readonly Image[] = [release('1.0', '1.0.0'), release('2.0', '2.0.0')];
