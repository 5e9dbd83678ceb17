import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { type ServerType, serve } from '@hono/node-server';
import type { V1Pod, V1Status } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpApi } from '../cluster/api/http.ts';
import { Session } from '../playground/session.ts';
import { Driver } from '../sim/driver.ts';
import { serveStreams } from './exec-socket.ts';
import './testing/node22.ts';

const {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  Watch,
} = await import('@kubernetes/client-node');

/** The official client for JavaScript works against the API as against any cluster. */
describe('@kubernetes/client-node', () => {
  const config = new KubeConfig();
  let server: ServerType;
  let driver: Driver;
  let session: Session;

  beforeAll(async () => {
    session = new Session({ epoch: Date.now() });
    await session.ready();
    const { api } = session.cluster;
    server = await new Promise<ServerType>((done) => {
      const made = serve({ fetch: httpApi(api).fetch, port: 0, hostname: '127.0.0.1' }, () => done(made));
    });
    serveStreams(server, api);
    driver = new Driver(
      session.sim,
      { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
      { speed: 20 },
    );
    const { port } = server.address() as AddressInfo;
    config.loadFromClusterAndUser(
      { name: 'hopscope', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: 'learner' },
    );
  });

  afterAll(() => {
    driver?.stop();
    server?.close();
    session?.stop();
  });

  const core = () => config.makeApiClient(CoreV1Api);
  const apps = () => config.makeApiClient(AppsV1Api);

  /** Creates a pod of nginx, and waits until it is ready. */
  async function readyPod(name: string, labels: Record<string, string> = {}): Promise<void> {
    await core().createNamespacedPod({
      namespace: 'default',
      body: { metadata: { name, labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    });
    await new Promise<void>((done, fail) => {
      void new Watch(config)
        .watch(
          '/api/v1/namespaces/default/pods',
          { fieldSelector: `metadata.name=${name}` },
          (_type, pod: V1Pod) => {
            if (pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True')) done();
          },
          (error) => fail(error),
        )
        .then((stop) => setTimeout(() => stop.abort(), 5000).unref());
    });
  }

  it('knows the version, lists in pages, and decodes what it gets', async () => {
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toBe('v1.33.4');
    const { items } = await core().listNode();
    expect(items.map((node) => node.metadata?.name)).toEqual(['kubernetes-minion-905m', 'kubernetes-minion-ljyd']);
    expect(items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const first = await core().listPodForAllNamespaces({ limit: 1 });
    expect(first.items).toHaveLength(1);
    const rest = await core().listPodForAllNamespaces({ _continue: first.metadata?._continue ?? '' });
    expect(rest.items.length).toBeGreaterThan(1);
    expect(rest.items.map((pod) => pod.metadata?.uid)).not.toContain(first.items[0]?.metadata?.uid);
  });

  it('creates, patches in four ways, scales and deletes', async () => {
    const body = {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
        },
      },
    };
    await apps().createNamespacedDeployment({ namespace: 'default', body });
    const target = { name: 'web', namespace: 'default' };
    const how = (strategy: string) => setHeaderOptions('Content-Type', strategy);
    const json = await apps().patchNamespacedDeployment(
      { ...target, body: [{ op: 'replace', path: '/spec/replicas', value: 2 }] },
      how(PatchStrategy.JsonPatch),
    );
    expect(json.spec?.replicas).toBe(2);
    const strategic = await apps().patchNamespacedDeployment(
      { ...target, body: { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:1.25' }] } } } } },
      how(PatchStrategy.StrategicMergePatch),
    );
    expect(strategic.spec?.template.spec?.containers[0]).toMatchObject({
      image: 'nginx:1.25',
      ports: [{ containerPort: 80 }],
    });
    const merge = await apps().patchNamespacedDeployment(
      { ...target, body: { metadata: { labels: { by: 'merge' } } } },
      how(PatchStrategy.MergePatch),
    );
    expect(merge.metadata?.labels).toEqual({ by: 'merge' });
    const applied = await apps().patchNamespacedDeployment(
      {
        ...target,
        fieldManager: 'me',
        force: true,
        body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3 } },
      },
      how(PatchStrategy.ServerSideApply),
    );
    expect(applied.metadata?.managedFields?.find((each) => each.manager === 'me')?.operation).toBe('Apply');
    const scale = await apps().readNamespacedDeploymentScale(target);
    expect(scale.spec?.replicas).toBe(3);
    // Without a version: the controllers write to the Deployment all the while.
    const metadata = { name: target.name, namespace: target.namespace };
    await apps().replaceNamespacedDeploymentScale({ ...target, body: { ...scale, metadata, spec: { replicas: 0 } } });
    expect((await apps().readNamespacedDeployment(target)).spec?.replicas).toBe(0);
    await apps().deleteNamespacedDeployment(target);
  });

  it('is told what is wrong', async () => {
    const refused = core().createNamespacedService({
      namespace: 'default',
      body: { metadata: { name: 'Bad' }, spec: { ports: [{ port: 0 }] } },
    });
    await expect(refused).rejects.toBeInstanceOf(ApiException);
    const error = (await refused.catch((each: unknown) => each)) as InstanceType<typeof ApiException<string>>;
    expect(error.code).toBe(422);
    const status = JSON.parse(error.body) as V1Status;
    expect(status.reason).toBe('Invalid');
    expect(status.details?.causes?.map((each) => each.field)).toEqual([
      'metadata.name',
      'spec.ports[0].port',
      'spec.ports[0].targetPort',
    ]);
    await expect(core().readNamespacedPod({ name: 'nope', namespace: 'default' })).rejects.toMatchObject({ code: 404 });
  });

  it('an informer sees what comes, changes and goes', async () => {
    const seen: string[] = [];
    const informer = makeInformer<V1Pod>(
      config,
      '/api/v1/namespaces/default/pods',
      () => core().listNamespacedPod({ namespace: 'default', labelSelector: 'app=watched' }),
      'app=watched',
    );
    const gone = new Promise<void>((done) => {
      informer.on('add', (pod) => seen.push(`add ${pod.metadata?.name}`));
      informer.on('update', (pod) => seen.push(`update ${pod.status?.phase}`));
      informer.on('delete', (pod) => {
        seen.push(`delete ${pod.metadata?.name}`);
        done();
      });
    });
    await informer.start();
    await readyPod('watched', { app: 'watched' });
    expect(informer.get('watched', 'default')?.metadata?.name).toBe('watched');
    await core().deleteNamespacedPod({ name: 'watched', namespace: 'default' });
    await gone;
    await informer.stop();
    expect(seen[0]).toBe('add watched');
    expect(seen).toContain('update Running');
    expect(seen.at(-1)).toBe('delete watched');
    expect(informer.list()).toEqual([]);
  });

  it('runs a command in a container, with its input and its exit code', async () => {
    await readyPod('shell');
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let [out, err] = ['', ''];
    stdout.on('data', (chunk) => (out += String(chunk)));
    stderr.on('data', (chunk) => (err += String(chunk)));
    const status = new Promise<V1Status>((done) => {
      const command = ['sh', '-c', 'read line; echo "got $line"; echo oops >&2; exit 3'];
      void new Exec(config).exec('default', 'shell', 'web', command, stdout, stderr, stdin, false, done);
    });
    stdin.end('something\n');
    expect(await status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
    expect([out, err]).toEqual(['got something\n', 'oops\n']);
  });

  it('reads a log, and follows it', async () => {
    await readyPod('logged');
    const stream = new PassThrough();
    let text = '';
    stream.on('data', (chunk) => (text += String(chunk)));
    const ended = new Promise<void>((done) => stream.on('end', done));
    await new Log(config).log('default', 'logged', 'web', stream, { follow: true });
    await core().deleteNamespacedPod({ name: 'logged', namespace: 'default' });
    await ended;
    expect(text).toMatch(/nginx\/1\.\d+/);
  });

  it('works with any kind by its name', async () => {
    const any = KubernetesObjectApi.makeApiClient(config);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'any', namespace: 'default' },
      spec: { selector: { app: 'any' }, ports: [{ port: 80 }] },
    };
    const made = await any.create(service);
    expect(made.spec?.['clusterIP' as never]).toMatch(/^10\.0\./);
    await any.patch({ ...service, metadata: { ...service.metadata, annotations: { a: 'b' } } });
    expect((await any.read(service)).metadata?.annotations).toEqual({ a: 'b' });
    await any.delete(service);
    await expect(any.read(service)).rejects.toMatchObject({ code: 404 });
  });
});
