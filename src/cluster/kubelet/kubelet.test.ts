import { describe, expect, it } from 'vitest';
import { Lab, nginx } from '../testing/lab.ts';

/** Statuses that a pod shows one after the other, each once, until it shows the last of them. */
function statuses(lab: Lab, name: string, last: string, seconds = 120): string[] {
  const seen: string[] = [];
  lab.until(
    `${last} (seen: ${seen.join()})`,
    () => {
      const status = lab.status(lab.findPod(name));
      if (seen.at(-1) !== status) seen.push(status);
      return status === last;
    },
    seconds,
  );
  return seen;
}

function container(lab: Lab, name: string) {
  return lab.findPod(name)?.status?.containerStatuses?.[0];
}

describe('a pod', () => {
  it('is pending, is created, runs; and its events tell the same', () => {
    const lab = new Lab();
    lab.pod('web');
    expect(statuses(lab, 'web', 'Running')).toEqual(['Pending', 'ContainerCreating', 'Running']);
    const { nodeName = '' } = lab.findPod('web')?.spec ?? {};
    expect(lab.events('web')).toEqual([
      `Scheduled: Successfully assigned default/web to ${nodeName}`,
      'Pulling: Pulling image "nginx"',
      expect.stringMatching(
        /^Pulled: Successfully pulled image "nginx" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: 72195292 bytes\.$/,
      ),
      'Created: Created container: nginx',
      'Started: Started container nginx',
    ]);
  });

  it('has the status that kubectl get -o yaml shows of a real one', () => {
    const lab = new Lab();
    lab.pod('web');
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(1);
    const { status, spec } = lab.findPod('web') ?? {};
    expect(Object.keys(status ?? {})).toEqual([
      'conditions',
      'containerStatuses',
      'hostIP',
      'hostIPs',
      'phase',
      'podIP',
      'podIPs',
      'qosClass',
      'startTime',
    ]);
    expect(status?.conditions?.map((each) => `${each.type} ${each.status}`)).toEqual([
      'PodReadyToStartContainers True',
      'Initialized True',
      'Ready True',
      'ContainersReady True',
      'PodScheduled True',
    ]);
    expect(status?.containerStatuses?.[0]).toEqual({
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
      image: 'docker.io/library/nginx:latest',
      imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/),
      lastState: {},
      name: 'nginx',
      ready: true,
      resources: {},
      restartCount: 0,
      started: true,
      state: { running: { startedAt: expect.any(String) } },
      user: { linux: { gid: 0, supplementalGroups: [0], uid: 0 } },
      volumeMounts: [
        {
          mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
          name: spec?.volumes?.[0]?.name,
          readOnly: true,
          recursiveReadOnly: 'Disabled',
        },
      ],
    });
  });

  it('that is deleted terminates gracefully and is gone', () => {
    const lab = new Lab();
    lab.pod('web');
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.resource('pods').delete('web', 'default');
    expect(statuses(lab, 'web', 'gone')).toEqual(['Terminating', 'Completed', 'gone']);
    expect(lab.events('web').at(-1)).toBe('Killing: Stopping container nginx');
  });

  it('that ignores SIGTERM is killed when its grace is over', () => {
    const lab = new Lab({ behaviours: { nginx: { stopsAfter: 'never' } } });
    lab.pod('web', { terminationGracePeriodSeconds: 10 });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.resource('pods').delete('web', 'default');
    lab.pass(9.5);
    expect(lab.status(lab.findPod('web'))).toBe('Terminating');
    lab.pass(2.5);
    expect(lab.findPod('web')).toBeUndefined();
  });

  it('that is deleted by force is gone at once', () => {
    const lab = new Lab();
    lab.pod('web');
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    const address = lab.findPod('web')?.status?.podIP ?? '';
    lab.resource('pods').delete('web', 'default', { gracePeriodSeconds: 0 });
    expect(lab.findPod('web')).toBeUndefined();
    lab.pass(1);
    expect(lab.cluster.network.ownerOf(address)).toBeUndefined();
  });

  it('completes when its container ends and need not restart', () => {
    const lab = new Lab({ behaviours: { busybox: { exitAfter: 500 } } });
    lab.pod('job', { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] });
    lab.until('done', () => lab.status(lab.findPod('job')) === 'Completed');
    expect(lab.findPod('job')?.status?.phase).toBe('Succeeded');
    expect(lab.findPod('job')?.status?.conditions?.find((each) => each.type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
  });
});

describe('images', () => {
  it('that are there are not pulled again, unless the policy says so', () => {
    const lab = new Lab();
    lab.pod('a', { nodeName: 'kubernetes-minion-905m', containers: [nginx({ image: 'nginx:1.27' })] });
    lab.until('running', () => lab.status(lab.findPod('a')) === 'Running');
    lab.pod('b', { nodeName: 'kubernetes-minion-905m', containers: [nginx({ image: 'nginx:1.27' })] });
    lab.until('running', () => lab.status(lab.findPod('b')) === 'Running');
    expect(lab.events('b')).toContain('Pulled: Container image "nginx:1.27" already present on machine');
  });

  it('that do not exist are tried again and again', () => {
    const lab = new Lab();
    lab.pod('web', { containers: [nginx({ image: 'missing' })] });
    expect(statuses(lab, 'web', 'ImagePullBackOff')).toEqual([
      'Pending',
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
    const why =
      'failed to pull and unpack image "docker.io/library/missing:latest": failed to resolve reference "docker.io/library/missing:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    expect(container(lab, 'web')?.state?.waiting?.message).toBe(
      `Back-off pulling image "missing": ErrImagePull: ${why}`,
    );
    expect(lab.events('web').slice(1)).toEqual([
      'Pulling: Pulling image "missing"',
      `Failed: Failed to pull image "missing": ${why}`,
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "missing"',
      'Failed: Error: ImagePullBackOff',
    ]);
    lab.until('a second attempt', () => lab.events('web').includes('Pulling: Pulling image "missing" x2'));
    // Repaired, it comes up.
    const path = '/spec/containers/0/image';
    const body = [{ op: 'replace', path, value: 'nginx' }];
    lab.resource('pods').patch('web', 'default', 'application/json-patch+json', body);
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
  });

  it('with names that are none, and those that are never pulled, say so', () => {
    const lab = new Lab();
    lab.pod('upper', { containers: [nginx({ image: 'Nginx' })] });
    lab.pod('never', { containers: [nginx({ image: 'nginx:1.27', imagePullPolicy: 'Never' })] });
    lab.pass(3);
    expect(lab.status(lab.findPod('upper'))).toBe('InvalidImageName');
    expect(lab.events('upper')).toContain(
      'InspectFailed: Failed to apply default image tag "Nginx": couldn\'t parse image name "Nginx": invalid reference format: repository name (library/Nginx) must be lowercase',
    );
    expect(lab.status(lab.findPod('never'))).toBe('ErrImageNeverPull');
    expect(lab.events('never')).toContain(
      'ErrImageNeverPull: Container image "nginx:1.27" is not present with pull policy of Never',
    );
  });
});

describe('a container that crashes', () => {
  it('restarts at once, then after a back-off that doubles', () => {
    const lab = new Lab({ behaviours: { busybox: { exitAfter: 200, exitCode: 1, prints: ['boom'] } } });
    lab.pod('crash', { containers: [{ name: 'main', image: 'busybox' }] });
    const seen = statuses(lab, 'crash', 'CrashLoopBackOff');
    expect(seen.filter((each) => each !== 'Running')).toEqual([
      'Pending',
      'ContainerCreating',
      'Error',
      'Error',
      'CrashLoopBackOff',
    ]);
    const uid = lab.findPod('crash')?.metadata?.uid;
    expect(container(lab, 'crash')).toMatchObject({
      restartCount: 1,
      ready: false,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      state: { waiting: { message: `back-off 10s restarting failed container=main pod=crash_default(${uid})` } },
    });
    expect(lab.events('crash')).toContain(
      `BackOff: Back-off restarting failed container main in pod crash_default(${uid})`,
    );
    const delays: number[] = [];
    let last = container(lab, 'crash')?.restartCount ?? 0;
    let at = lab.sim.now();
    lab.until(
      'seven restarts',
      () => {
        const count = container(lab, 'crash')?.restartCount ?? 0;
        if (count > last) {
          delays.push(Math.round((lab.sim.now() - at) / 1000));
          [last, at] = [count, lab.sim.now()];
        }
        return count === 8;
      },
      1200,
    );
    expect(delays.slice(1).map((each) => Math.round(each / 10) * 10)).toEqual([20, 40, 80, 160, 300, 300]);
  });

  it('with OnFailure restarts only then', () => {
    const lab = new Lab({ behaviours: { good: { exitAfter: 100 }, bad: { exitAfter: 100, exitCode: 3 } } });
    lab.pod('good', { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'good' }] });
    lab.pod('bad', { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'bad' }] });
    lab.pass(20);
    expect(lab.findPod('good')?.status?.phase).toBe('Succeeded');
    expect(container(lab, 'bad')?.restartCount).toBeGreaterThan(0);
  });
});

describe('probes', () => {
  const probe = (more: object = {}) => ({
    httpGet: { path: '/healthz', port: 80 },
    periodSeconds: 2,
    failureThreshold: 2,
    ...more,
  });

  it('of readiness keep a pod out until they pass, and say why', () => {
    let code = 404;
    const lab = new Lab({ behaviours: { nginx: { status: () => code } } });
    lab.pod('web', { containers: [nginx({ readinessProbe: probe() })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(5);
    expect(container(lab, 'web')).toMatchObject({ ready: false, started: true });
    expect(lab.events('web').at(-1)).toMatch(
      /^Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404 x\d$/,
    );
    expect(lab.findPod('web')?.status?.conditions?.find((each) => each.type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [nginx]',
    });
    code = 200;
    lab.until('ready', () => container(lab, 'web')?.ready === true);
  });

  it('to a port where nobody listens are refused', () => {
    const lab = new Lab({ behaviours: { nginx: { listen: [80] } } });
    lab.pod('web', { containers: [nginx({ readinessProbe: probe({ httpGet: { path: '/', port: 8080 } }) })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(2);
    const ip = lab.findPod('web')?.status?.podIP;
    expect(lab.events('web').at(-1)).toContain(
      `Readiness probe failed: Get "http://${ip}:8080/": dial tcp ${ip}:8080: connect: connection refused`,
    );
  });

  it('of liveness restart the container', () => {
    let code = 200;
    const lab = new Lab({ behaviours: { nginx: { status: () => code } } });
    lab.pod('web', { containers: [nginx({ livenessProbe: probe() })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(10);
    expect(container(lab, 'web')?.restartCount).toBe(0);
    code = 500;
    lab.until('killed', () => lab.events('web').some((each) => each.startsWith('Killing')));
    code = 200;
    lab.until('restarted', () => container(lab, 'web')?.restartCount === 1 && container(lab, 'web')?.ready === true);
    expect(lab.events('web')).toContain('Killing: Container nginx failed liveness probe, will be restarted');
  });

  it('of startup hold back the others', () => {
    let code = 503;
    const lab = new Lab({ behaviours: { nginx: { status: () => code } } });
    const startupProbe = probe({ failureThreshold: 30 });
    lab.pod('web', { containers: [nginx({ startupProbe, livenessProbe: probe({ failureThreshold: 1 }) })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(15);
    expect(container(lab, 'web')).toMatchObject({ restartCount: 0, started: false, ready: false });
    code = 200;
    lab.until('started', () => container(lab, 'web')?.ready === true && container(lab, 'web')?.started === true);
  });

  it('by exec look at the exit code', () => {
    const lab = new Lab({
      behaviours: {
        nginx: { exec: () => ({ code: 1, output: "cat: can't open '/tmp/healthy': No such file or directory" }) },
      },
    });
    const command = ['cat', '/tmp/healthy'];
    lab.pod('web', { containers: [nginx({ readinessProbe: { exec: { command }, periodSeconds: 1 } })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(3);
    expect(lab.events('web').at(-1)).toMatch(/^Unhealthy: Readiness probe failed: cat: can't open '\/tmp\/healthy'/);
  });
});

describe('init containers', () => {
  it('run one after the other before the others', () => {
    const lab = new Lab({ behaviours: { setup: { exitAfter: 2000, listen: [] } } });
    const initContainers = [
      { name: 'first', image: 'setup' },
      { name: 'second', image: 'setup' },
    ];
    lab.pod('web', { initContainers });
    expect(statuses(lab, 'web', 'Running')).toEqual(['Pending', 'Init:0/2', 'Init:1/2', 'PodInitializing', 'Running']);
    expect(lab.runtime.started.slice(-3).map((each) => each.container.name)).toEqual(['first', 'second', 'nginx']);
  });

  it('that fail are tried again', () => {
    const lab = new Lab({ behaviours: { setup: { exitAfter: 100, exitCode: 1, listen: [] } } });
    lab.pod('web', { initContainers: [{ name: 'first', image: 'setup' }] });
    expect(statuses(lab, 'web', 'Init:CrashLoopBackOff')).toContain('Init:Error');
    lab.runtime.behaviours.set('setup', { exitAfter: 100, listen: [] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
  });

  it('that always restart are sidecars: they start first and end last', () => {
    const lab = new Lab({ behaviours: { proxy: { listen: [15001] } } });
    lab.pod('web', { initContainers: [{ name: 'proxy', image: 'proxy', restartPolicy: 'Always' }] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.pass(1);
    expect(lab.findPod('web')?.status?.initContainerStatuses?.[0]).toMatchObject({ ready: true, started: true });
    lab.resource('pods').delete('web', 'default');
    lab.until('gone', () => lab.findPod('web') === undefined);
    const killed = lab.events('web').filter((each) => each.startsWith('Killing'));
    expect(killed).toEqual(['Killing: Stopping container nginx', 'Killing: Stopping container proxy']);
  });
});

describe('lifecycle hooks', () => {
  it('preStop runs before SIGTERM', () => {
    const ran: string[] = [];
    const lab = new Lab({
      behaviours: {
        nginx: {
          exec: (command) => {
            ran.push(command.join(' '));
            return { code: 0 };
          },
        },
      },
    });
    const lifecycle = { postStart: { exec: { command: ['warm', 'up'] } }, preStop: { exec: { command: ['drain'] } } };
    lab.pod('web', { containers: [nginx({ lifecycle })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    expect(ran).toEqual(['warm up']);
    lab.resource('pods').delete('web', 'default');
    lab.until('gone', () => lab.findPod('web') === undefined);
    expect(ran).toEqual(['warm up', 'drain']);
  });

  it('a preStop sleep delays the end', () => {
    const lab = new Lab();
    lab.pod('web', { containers: [nginx({ lifecycle: { preStop: { sleep: { seconds: 5 } } } })] });
    lab.until('running', () => lab.status(lab.findPod('web')) === 'Running');
    lab.resource('pods').delete('web', 'default');
    lab.pass(4.5);
    expect(lab.status(lab.findPod('web'))).toBe('Terminating');
    lab.pass(2);
    expect(lab.findPod('web')).toBeUndefined();
  });
});
