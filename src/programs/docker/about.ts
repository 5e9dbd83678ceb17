import type { DockerCommand } from './command.ts';
import { goJson } from './json.ts';
import { fill } from './template.ts';

export const VERSION = '28.2.2';
const BUILD = 'e6534b4';

export const version: DockerCommand = {
  name: 'version',
  arguments: [0, 0],
  *run(call) {
    const format = call.flags.value('format');
    if (format !== undefined) {
      const facts = {
        Client: { Version: VERSION, ApiVersion: '1.50', GitCommit: BUILD, Os: 'linux', Arch: 'amd64' },
        Server: { Version: VERSION, ApiVersion: '1.50', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' },
      };
      yield* call.out(`${format === 'json' ? goJson(facts) : fill(format, facts)}\n`);
      return 0;
    }
    yield* call.out(`Client: Docker Engine - Community
 Version:           ${VERSION}
 API version:       1.50
 Go version:        go1.24.3
 Git commit:        ${BUILD}
 Built:             Fri May 30 12:07:14 2025
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker Engine - Community
 Engine:
  Version:          ${VERSION}
  API version:      1.50 (minimum version 1.24)
  Go version:       go1.24.3
  Git commit:       45873be
  Built:            Fri May 30 12:07:14 2025
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          1.7.27
  GitCommit:        05044ec0a9a75232cad458027ca83437aae3f4da
 runc:
  Version:          1.2.5
  GitCommit:        v1.2.5-0-g59923ef
 docker-init:
  Version:          0.19.0
  GitCommit:        de40ad0
`);
    return 0;
  },
};

export const info: DockerCommand = {
  name: 'info',
  aliases: ['system info'],
  arguments: [0, 0],
  *run(call) {
    const { containers, images, host } = call.engine;
    const running = containers.filter((each) => each.state === 'running').length;
    yield* call.out(`Client: Docker Engine - Community
 Version:    ${VERSION}
 Context:    default
 Debug Mode: false

Server:
 Containers: ${containers.length}
  Running: ${running}
  Paused: 0
  Stopped: ${containers.length - running}
 Images: ${images.length}
 Server Version: ${VERSION}
 Storage Driver: overlay2
 Logging Driver: json-file
 Cgroup Driver: systemd
 Cgroup Version: 2
 Operating System: Debian GNU/Linux 12 (bookworm)
 OSType: linux
 Architecture: x86_64
 CPUs: 2
 Total Memory: 7.282GiB
 Name: ${host.spec.name}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Experimental: false
 Live Restore Enabled: false

`);
    return 0;
  },
};

export const top: DockerCommand = {
  name: 'top',
  aliases: ['container top'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    const container = call.engine.find(call.operands[0] ?? '');
    if (container.state !== 'running') {
      yield* call.err(`Error response from daemon: container ${container.id} is not running\n`);
      return 1;
    }
    const { config, image } = container;
    const command = config.command.length > 0 ? config.command : image.cmd;
    const pid = 2000 + (parseInt(container.id.slice(0, 3), 16) % 6000);
    const start = new Date(container.startedAt ?? 0).toISOString().slice(11, 16);
    yield* call.out(
      `${'UID'.padEnd(20)}${'PID'.padEnd(20)}${'PPID'.padEnd(20)}${'C'.padEnd(20)}${'STIME'.padEnd(20)}${'TTY'.padEnd(20)}${'TIME'.padEnd(20)}CMD\n`,
    );
    yield* call.out(
      `${'root'.padEnd(20)}${String(pid).padEnd(20)}${String(pid - 21).padEnd(20)}${'0'.padEnd(20)}${start.padEnd(20)}${(config.tty ? 'pts/0' : '?').padEnd(20)}${'00:00:00'.padEnd(20)}${command.join(' ')}\n`,
    );
    return 0;
  },
};
