import type { Computer } from '../../machines/computer.ts';
import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';

const KERNEL = '6.1.0-37-cloud-amd64';

/** Numbers of the users that machines have. */
function idOf(user: string): number {
  return user === 'root' ? 0 : user === 'nginx' ? 101 : user === 'curl_user' ? 100 : 1000;
}

export const id: Program = {
  name: 'id',
  summary: 'print real and effective user and group IDs',
  *run(context) {
    const given = yield* options(context, {
      short: 'ugnGr',
      long: { user: 'u', group: 'g', name: 'n', groups: 'G', real: 'r' },
    });
    if (given === undefined) return 1;
    const user = given.operands[0] ?? context.user;
    const number = idOf(user);
    if (given.has('u') || given.has('g') || given.has('G'))
      yield* context.stdout.write(`${given.has('n') ? user : number}\n`);
    else yield* context.stdout.write(`uid=${number}(${user}) gid=${number}(${user}) groups=${number}(${user})\n`);
    return 0;
  },
};

export const uname: Program = {
  name: 'uname',
  summary: 'print system information',
  *run(context) {
    const given = yield* options(context, {
      short: 'asnrvmpio',
      long: {
        all: 'a',
        'kernel-name': 's',
        nodename: 'n',
        'kernel-release': 'r',
        'kernel-version': 'v',
        machine: 'm',
        'operating-system': 'o',
      },
    });
    if (given === undefined) return 1;
    const facts: readonly (readonly [string, string])[] = [
      ['s', 'Linux'],
      ['n', context.machine.hostname],
      ['r', KERNEL],
      ['v', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)'],
      ['m', 'x86_64'],
      ['o', 'GNU/Linux'],
    ];
    const none = given.order.length === 0;
    const shown = facts.filter(([letter]) => given.has('a') || given.has(letter) || (none && letter === 's'));
    yield* context.stdout.write(`${shown.map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
};

export const ps: Program = {
  name: 'ps',
  summary: 'report a snapshot of the current processes',
  *run(context) {
    const machine = context.machine as Computer;
    const args = context.argv.slice(1).join('');
    const { sim } = machine.world;
    const all = [...machine.processes.values()].sort((a, b) => a.pid - b.pid);
    const clock = (ms: number) => new Date(sim.epoch + ms).toISOString().slice(11, 16);
    const rows = all.map((process) => ({
      user: process.userName || machine.user,
      pid: String(process.pid),
      parent: String(process.parent?.pid ?? 0),
      command: process.argv.join(' '),
      start: clock(process.startedAt),
    }));
    if (machine.kind === 'container') {
      yield* context.stdout.write('PID   USER     TIME  COMMAND\n');
      for (const row of rows)
        yield* context.stdout.write(`${row.pid.padStart(5)} ${row.user.slice(0, 8).padEnd(8)}  0:00 ${row.command}\n`);
    } else if (/u/.test(args)) {
      yield* context.stdout.write('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
      for (const row of rows)
        yield* context.stdout.write(
          `${row.user.padEnd(8)} ${row.pid.padStart(7)}  0.0  0.1   8412  4980 pts/0    S    ${row.start}   0:00 ${row.command}\n`,
        );
    } else if (/f/.test(args)) {
      yield* context.stdout.write('UID          PID    PPID  C STIME TTY          TIME CMD\n');
      for (const row of rows)
        yield* context.stdout.write(
          `${row.user.padEnd(8)} ${row.pid.padStart(7)} ${row.parent.padStart(7)}  0 ${row.start} pts/0    00:00:00 ${row.command}\n`,
        );
    } else {
      yield* context.stdout.write('    PID TTY          TIME CMD\n');
      for (const row of rows)
        yield* context.stdout.write(
          `${row.pid.padStart(7)} pts/0    00:00:00 ${row.command.split(' ')[0]?.replace(/^.*\//, '') ?? ''}\n`,
        );
    }
    return 0;
  },
};

export const which: Program = {
  name: 'which',
  summary: 'locate a command',
  *run(context) {
    const names = context.argv.slice(1).filter((each) => !each.startsWith('-'));
    let status = 0;
    for (const name of names) {
      const entry = context.machine.program(name);
      if (entry === undefined || entry.directory === '') status = 1;
      else yield* context.stdout.write(`${name.includes('/') ? name : `${entry.directory}/${entry.name}`}\n`);
    }
    return names.length === 0 ? 1 : status;
  },
};

export const nproc: Program = {
  name: 'nproc',
  summary: 'print the number of processing units available',
  *run(context) {
    yield* context.stdout.write('2\n');
    return 0;
  },
};

export const uptime: Program = {
  name: 'uptime',
  summary: 'tell how long the system has been running',
  *run(context) {
    const { sim } = context.machine.world;
    const minutes = Math.floor(sim.now() / 60_000) + 8;
    const clock = new Date(sim.calendar()).toISOString().slice(11, 19);
    const span =
      minutes >= 60 ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}` : `${minutes} min`;
    yield* context.stdout.write(` ${clock} up ${span},  1 user,  load average: 0.08, 0.05, 0.01\n`);
    return 0;
  },
};

export const kill: Program = {
  name: 'kill',
  summary: 'send a signal to a process',
  *run(context) {
    const machine = context.machine as Computer;
    const args = context.argv.slice(1);
    let signal = 'TERM';
    if (/^-/.test(args[0] ?? '') && args[0] !== '--')
      signal = (args.shift() ?? '').replace(/^-(s$)?/, '') || (args.shift() ?? 'TERM');
    const names: Readonly<Record<string, 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGTERM' | 'SIGQUIT'>> = {
      '9': 'SIGKILL',
      KILL: 'SIGKILL',
      '2': 'SIGINT',
      INT: 'SIGINT',
      '1': 'SIGHUP',
      HUP: 'SIGHUP',
      '15': 'SIGTERM',
      TERM: 'SIGTERM',
      '3': 'SIGQUIT',
      QUIT: 'SIGQUIT',
    };
    let status = 0;
    for (const each of args) {
      const process = machine.processes.get(Number(each));
      if (process === undefined) {
        yield* context.stderr.write(
          machine.kind === 'container'
            ? `kill: can't kill pid ${each}: No such process\n`
            : `kill: (${each}): No such process\n`,
        );
        status = 1;
      } else if (signal !== '0') process.signal(names[signal.replace(/^SIG/, '')] ?? 'SIGTERM');
    }
    return status;
  },
};
