import { describe, expect, it } from 'vitest';
import { Session } from './session.ts';

async function hosts(): Promise<Session> {
  const session = new Session({ cluster: 'docker' });
  await session.ready();
  return session;
}

async function quiet(session: Session, ...lines: string[]): Promise<string> {
  return (await session.script(lines.join('\n'))).output;
}

const PREPARE = [
  'ssh host-a docker run -d --name web -p 8080:80 nginx >/dev/null 2>&1',
  'ssh host-a docker run -d --name other nginx >/dev/null 2>&1',
  'ssh host-b docker run -d --name web nginx >/dev/null 2>&1',
].join('\n');

describe('two plain Docker hosts', () => {
  it('give their containers the same private addresses', async () => {
    const session = await hosts();
    await quiet(session, PREPARE);
    const format = `'{{.Name}} {{.NetworkSettings.IPAddress}}'`;
    expect(await quiet(session, `ssh host-a "docker inspect -f ${format} web other"`)).toBe(
      '/web 172.17.0.2\n/other 172.17.0.3\n',
    );
    expect(await quiet(session, `ssh host-b "docker inspect -f ${format} web"`)).toBe('/web 172.17.0.2\n');
    expect(session.docker.scene().map((host) => host.containers.map((each) => each.ip))).toEqual([
      ['172.17.0.2', '172.17.0.3'],
      ['172.17.0.2'],
    ]);
  });

  it('let containers talk on one host, and not across', async () => {
    const session = await hosts();
    await quiet(session, PREPARE);
    expect(await quiet(session, 'ssh host-a docker exec web curl -s http://172.17.0.3 | grep title')).toBe(
      '<title>Welcome to nginx!</title>\n',
    );
    expect(await quiet(session, 'ssh host-b docker exec web curl -sS http://172.17.0.3')).toBe(
      "curl: (7) Failed to connect to 172.17.0.3 port 80 after 3062 ms: Couldn't connect to server\n",
    );
    expect(await quiet(session, 'curl -sS -m 5 http://172.17.0.2')).toContain('curl: (28)');
  });

  it('are reached by published ports from everywhere, under the host address', async () => {
    const session = await hosts();
    await quiet(session, PREPARE);
    for (const command of [
      'curl -s http://host-a:8080',
      'ssh host-b curl -s http://host-a:8080',
      'ssh host-b docker exec web curl -s http://192.0.2.10:8080',
      'ssh host-a curl -s http://localhost:8080',
      'ssh host-a docker exec other curl -s http://192.0.2.10:8080',
      'ssh kubernetes-minion-905m curl -s http://host-a:8080',
    ])
      expect(await quiet(session, `${command} | grep title`), command).toBe('<title>Welcome to nginx!</title>\n');
    const clients = (await quiet(session, 'ssh host-a docker logs web 2>/dev/null'))
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(clients).toEqual([
      '198.51.100.23',
      '192.0.2.11',
      '192.0.2.11',
      '172.17.0.1',
      '172.17.0.1',
      '104.197.41.11',
      '',
    ]);
    expect(await quiet(session, 'ssh host-a sudo iptables -t nat -S DOCKER')).toBe(
      '-N DOCKER\n-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n',
    );
    const trace = session.cluster.network.recent().find((each) => each.steps.some((s) => s.code === 'docker.publish'));
    expect(trace?.steps.map((each) => each.code)).toEqual([
      'client.connect',
      'docker.in',
      'docker.publish',
      'docker.cross',
      'server.answer',
      'docker.restore',
      'client.receive',
    ]);
  });

  it('refuse a port that is taken', async () => {
    const session = await hosts();
    await quiet(session, PREPARE);
    expect(await quiet(session, 'ssh host-a docker run -d --name clash -p 8080:80 nginx; echo $?')).toMatch(
      /^docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint clash \([0-9a-f]{64}\): Bind for 0.0.0.0:8080 failed: port is already allocated\n\nRun 'docker run --help' for more information\n125\n$/,
    );
    expect(await quiet(session, 'ssh host-a "docker ps -a --format \'{{.Names}} {{.Status}}\'" | head -1')).toBe(
      'clash Created\n',
    );
    await quiet(session, 'ssh host-a docker rm -f web; ssh host-a docker start clash');
    expect(await quiet(session, 'curl -s http://host-a:8080 | grep title')).toContain('Welcome');
  });

  it('come back after a reload with their containers', async () => {
    const session = await hosts();
    await quiet(session, PREPARE, 'ssh host-a docker stop other >/dev/null');
    const again = new Session({ saved: JSON.parse(JSON.stringify(session.save())) });
    await again.ready();
    expect(await quiet(again, 'curl -s http://host-a:8080 | grep title')).toContain('Welcome');
    expect(await quiet(again, 'ssh host-a "docker ps -a --format \'{{.Names}} {{.State}}\'"')).toBe(
      'other exited\nweb running\n',
    );
  });
});

describe('docker', () => {
  it('refuses what the real client refuses, in its words', async () => {
    const session = await hosts();
    const cases: [line: string, output: string][] = [
      [
        'ps --bad',
        "unknown flag: --bad\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n125",
      ],
      ['foo', "docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n1"],
      [
        'run',
        "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n1",
      ],
      [
        'logs a b',
        "docker: 'docker logs' requires 1 argument\n\nUsage:  docker logs [OPTIONS] CONTAINER\n\nRun 'docker logs --help' for more information\n1",
      ],
      [
        'run -p',
        "flag needs an argument: 'p' in -p\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n125",
      ],
      ['run -p abc nginx', "docker: invalid containerPort: abc\n\nRun 'docker run --help' for more information\n125"],
      ['run -p 99999:80 nginx', "docker: invalid hostPort: 99999\n\nRun 'docker run --help' for more information\n125"],
      [
        'run NGINX',
        "docker: invalid reference format: repository name (library/NGINX) must be lowercase\n\nRun 'docker run --help' for more information\n125",
      ],
      [
        'network foo',
        "docker: unknown command: docker network foo\n\nUsage:  docker network\n\nRun 'docker network --help' for more information\n1",
      ],
      [
        'port',
        "docker: 'docker port' requires at least 1 and at most 2 arguments\n\nUsage:  docker port CONTAINER [PRIVATE_PORT[/PROTO]]\n\nRun 'docker port --help' for more information\n1",
      ],
    ];
    for (const [line, output] of cases)
      expect(await quiet(session, `ssh host-a 'docker ${line}; echo $?'`), line).toBe(`${output}\n`);
    expect(await quiet(session, 'ssh host-a docker stop --help')).toMatch(
      /^Usage: {2}docker stop \[OPTIONS\] CONTAINER \[CONTAINER...\]\n/,
    );
    expect(await quiet(session, 'docker ps')).toBe('bash: docker: command not found\n');
  });
});
