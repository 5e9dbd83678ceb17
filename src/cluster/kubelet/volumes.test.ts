import { describe, expect, it } from 'vitest';
import { Lab, nginx } from '../testing/lab.ts';
import type { StartOptions } from './runtime.ts';

function secret(lab: Lab, name: string, data: Record<string, string>): void {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  lab.resource('secrets').create({ metadata: { name, namespace: 'default' }, data: encoded });
}

function configMap(lab: Lab, name: string, data: Record<string, string>): void {
  lab.resource('configmaps').create({ metadata: { name, namespace: 'default' }, data });
}

/** What the runtime was given for the pod's latest start. */
function started(lab: Lab, pod: string): StartOptions {
  lab.until(`${pod} starts`, () => lab.runtime.started.some((each) => each.pod.metadata?.name === pod));
  const found = lab.runtime.started.findLast((each) => each.pod.metadata?.name === pod);
  if (found === undefined) throw new Error('not started');
  return found;
}

function files(options: StartOptions, mountPath: string): Record<string, string> {
  const mount = options.volumes.find((each) => each.mountPath === mountPath);
  return Object.fromEntries([...(mount?.volume.files ?? [])].map(([path, { text }]) => [path, text]));
}

const mounts = (name: string, volume: object, more: object = {}) => ({
  volumes: [{ name, ...volume }],
  containers: [nginx({ volumeMounts: [{ name, mountPath: '/data', ...more }] })],
});

describe('volumes', () => {
  it('of Secrets and ConfigMaps hold their keys, or those items that are asked for', () => {
    const lab = new Lab();
    secret(lab, 'tls', { 'tls.crt': 'cert', 'tls.key': 'key' });
    configMap(lab, 'conf', { 'default.conf': 'server {}', other: 'x' });
    lab.pod('a', mounts('v', { secret: { secretName: 'tls' } }));
    lab.pod('b', mounts('v', { configMap: { name: 'conf', items: [{ key: 'default.conf', path: 'sites/a.conf' }] } }));
    expect(files(started(lab, 'a'), '/data')).toEqual({ 'tls.crt': 'cert', 'tls.key': 'key' });
    expect(files(started(lab, 'b'), '/data')).toEqual({ 'sites/a.conf': 'server {}' });
  });

  it('wait for a Secret that is missing, with the event that says so', () => {
    const lab = new Lab();
    lab.pod('web', mounts('secret-volume', { secret: { secretName: 'nginxsecret' } }));
    lab.pass(20);
    expect(lab.status(lab.findPod('web'))).toBe('ContainerCreating');
    expect(lab.findPod('web')?.status?.podIP).toBeUndefined();
    expect(lab.events('web').at(-1)).toMatch(
      /^FailedMount: MountVolume\.SetUp failed for volume "secret-volume" : secret "nginxsecret" not found x\d+$/,
    );
    secret(lab, 'nginxsecret', { a: 'b' });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
  });

  it('need no Secret that is optional, but every key that is not', () => {
    const lab = new Lab();
    configMap(lab, 'conf', { a: '1' });
    lab.pod('optional', mounts('v', { secret: { secretName: 'nothing', optional: true } }));
    lab.pod('key', mounts('v', { configMap: { name: 'conf', items: [{ key: 'b', path: 'b' }] } }));
    expect(files(started(lab, 'optional'), '/data')).toEqual({});
    lab.pass(3);
    expect(lab.events('key').at(-1)).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "v" : references non-existent config key: b',
    );
  });

  it('follow their source, but not at once', () => {
    const lab = new Lab();
    configMap(lab, 'conf', { page: 'one' });
    lab.pod('web', mounts('v', { configMap: { name: 'conf' } }));
    const options = started(lab, 'web');
    lab.pass(70);
    let told = 0;
    options.volumes[0]?.volume.onReplace(() => told++);
    lab.change('configmaps', '', 'conf', { data: { page: 'two' } });
    lab.pass(0.5);
    expect(files(options, '/data')).toEqual({ page: 'one' });
    lab.pass(90);
    expect(files(options, '/data')).toEqual({ page: 'two' });
    expect(told).toBe(1);
  });

  it('give each container its token, the CA and the namespace', () => {
    const lab = new Lab();
    lab.pod('web');
    const found = files(started(lab, 'web'), '/var/run/secrets/kubernetes.io/serviceaccount');
    expect(Object.keys(found)).toEqual(['token', 'ca.crt', 'namespace']);
    expect(found['namespace']).toBe('default');
    const claims = JSON.parse(atob((found['token'] ?? '').split('.')[1] ?? ''));
    expect(claims.sub).toBe('system:serviceaccount:default:default');
  });

  it('of the downward API tell the pod about itself', () => {
    const lab = new Lab();
    const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }];
    lab.pod('web', mounts('v', { downwardAPI: { items } }), { labels: { b: '2', a: '1' } });
    const options = started(lab, 'web');
    expect(files(options, '/data')).toEqual({ labels: 'a="1"\nb="2"' });
    lab.change('pods', '', 'web', { metadata: { labels: { c: '3' } } });
    lab.pass(91);
    expect(files(options, '/data')).toEqual({ labels: 'a="1"\nb="2"\nc="3"' });
  });
});

describe('environment', () => {
  const env = (lab: Lab, pod: string) => Object.fromEntries(started(lab, pod).env);

  it('names the Services that were there when the container started', () => {
    const lab = new Lab();
    lab.pod('early');
    const before = env(lab, 'early');
    expect(Object.keys(before)).toEqual([
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_SERVICE_PORT',
      'KUBERNETES_SERVICE_PORT_HTTPS',
      'KUBERNETES_PORT',
      'KUBERNETES_PORT_443_TCP',
      'KUBERNETES_PORT_443_TCP_PROTO',
      'KUBERNETES_PORT_443_TCP_PORT',
      'KUBERNETES_PORT_443_TCP_ADDR',
    ]);
    lab.service('my-nginx', { clusterIP: '10.0.162.149', ports: [{ name: 'http', port: 80 }] });
    lab.pod('late');
    expect(env(lab, 'late')).toMatchObject({
      MY_NGINX_SERVICE_HOST: '10.0.162.149',
      MY_NGINX_SERVICE_PORT: '80',
      MY_NGINX_SERVICE_PORT_HTTP: '80',
      MY_NGINX_PORT: 'tcp://10.0.162.149:80',
      MY_NGINX_PORT_80_TCP: 'tcp://10.0.162.149:80',
      MY_NGINX_PORT_80_TCP_ADDR: '10.0.162.149',
      MY_NGINX_PORT_80_TCP_PORT: '80',
      MY_NGINX_PORT_80_TCP_PROTO: 'tcp',
    });
    lab.pod('none', { enableServiceLinks: false });
    expect(Object.keys(env(lab, 'none'))).toEqual(Object.keys(before));
  });

  it('takes values from everywhere, and expands references', () => {
    const lab = new Lab();
    secret(lab, 'db', { password: 's3cret' });
    configMap(lab, 'conf', { COLOR: 'blue', SIZE: 'big' });
    lab.pod('web', {
      containers: [
        nginx({
          envFrom: [{ configMapRef: { name: 'conf' }, prefix: 'C_' }],
          env: [
            { name: 'HOST', value: 'db' },
            { name: 'URL', value: 'pg://$(HOST)/$(NOWHERE)/$$(HOST)' },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
            { name: 'MAYBE', valueFrom: { configMapKeyRef: { name: 'nothing', key: 'x', optional: true } } },
          ],
          args: ['--color=$(C_COLOR)'],
          resources: { limits: { memory: '64Mi' } },
        }),
      ],
    });
    expect(env(lab, 'web')).toMatchObject({
      C_COLOR: 'blue',
      C_SIZE: 'big',
      URL: 'pg://db/$(NOWHERE)/$(HOST)',
      PASSWORD: 's3cret',
      LIMIT: '64',
    });
    expect(env(lab, 'web')['IP']).toBe(started(lab, 'web').network.address);
    expect(env(lab, 'web')).not.toHaveProperty('MAYBE');
    expect(started(lab, 'web').container.args).toEqual(['--color=blue']);
  });

  it('that refers to nothing keeps the container from being made', () => {
    const lab = new Lab();
    const variable = (name: string, key: string) => ({ name: 'X', valueFrom: { secretKeyRef: { name, key } } });
    secret(lab, 'db', { password: 'x' });
    lab.pod('a', { containers: [nginx({ env: [variable('nothing', 'password')] })] });
    lab.pod('b', { containers: [nginx({ env: [variable('db', 'user')] })] });
    lab.pass(8);
    for (const name of ['a', 'b']) expect(lab.status(lab.findPod(name))).toBe('CreateContainerConfigError');
    expect(lab.events('a')).toContain('Failed: Error: secret "nothing" not found');
    expect(lab.events('b')).toContain("Failed: Error: couldn't find key user in Secret default/db");
    secret(lab, 'nothing', { password: 'x' });
    lab.until('running', () => lab.status(lab.findPod('a')) === 'Running');
  });
});
