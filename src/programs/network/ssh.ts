import type { Computer } from '../../machines/computer.ts';
import type { Context, Program } from '../../machines/process.ts';
import { interactiveShell } from '../../machines/shell/interactive.ts';
import { COMMANDS } from '../../machines/shell/observer.ts';
import { Shell } from '../../machines/shell/shell.ts';
import { Tty } from '../../machines/terminal/tty.ts';
import { sleep } from '../../sim/routine.ts';
import { OptionError, parseOptions } from '../options.ts';
import { findHost } from './target.ts';

/** The part of a node's name that a prompt shows: `905m`. */
export function shortName(hostname: string): string {
  const match = /^kubernetes-minion-(.+)$/.exec(hostname);
  return match?.[1] ?? hostname.split('.')[0] ?? hostname;
}

export const ssh: Program = {
  name: 'ssh',
  summary: 'OpenSSH remote login client',
  *run(context) {
    let given: ReturnType<typeof parseOptions>;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: '1246AaCfGgKkMNnqsTtVvXxYyB:b:c:D:E:e:F:I:i:J:L:l:m:O:o:p:Q:R:S:W:w:',
        stopAtOperand: true,
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`ssh: ${error.message}\n`);
      return 255;
    }
    const [destination, ...command] = given.operands;
    if (destination === undefined) {
      yield* context.stderr.write(
        'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]\n           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]\n           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]\n           destination [command [argument ...]]\n',
      );
      return 255;
    }
    const host = destination.slice(destination.lastIndexOf('@') + 1);
    const user = destination.includes('@') ? destination.slice(0, destination.lastIndexOf('@')) : undefined;
    const { world, network } = context.machine;
    const found = yield* findHost(context, host, host);
    const [address] = found.addresses;
    if (address === undefined) {
      yield* context.stderr.write(`ssh: Could not resolve hostname ${host}: Name or service not known\n`);
      return 255;
    }
    const port = Number(given.value('p') ?? 22);
    const limit =
      Number(
        (given.values.get('o') ?? [])
          .map((each) => /^ConnectTimeout=(\d+)$/i.exec(each)?.[1])
          .find((each) => each !== undefined) ?? 130,
      ) * 1000;
    const { trace } = world.network.connect(
      network,
      { protocol: 'TCP', address, port },
      { program: 'ssh', target: host, group: found.group },
    );
    yield* sleep(Math.min(trace.duration, limit));
    if (trace.outcome !== 'ok' || trace.duration > limit) {
      const why =
        trace.outcome === 'refused'
          ? 'Connection refused'
          : trace.outcome === 'unreachable'
            ? 'No route to host'
            : 'Connection timed out';
      yield* context.stderr.write(`ssh: connect to host ${host} port ${port}: ${why}\n`);
      return 255;
    }
    const machine = (world.machineByHost(host) ?? world.machineByHost(address)) as Computer | undefined;
    if (machine === undefined) {
      yield* context.stderr.write(`ssh: connect to host ${host} port ${port}: Connection refused\n`);
      return 255;
    }
    // Keys agreed, agent accepted.
    yield* sleep(120);
    const local = context.machine as Computer;
    const parent = local.processes.get(context.pid);
    const process = machine.start({
      argv: ['-bash'],
      env: new Map([...machine.env, ['USER', user ?? machine.user]]),
      stdin: context.stdin,
      stdout: context.stdout,
      stderr: context.stderr,
      ...(context.terminal === undefined ? {} : { terminal: context.terminal }),
      user: user ?? machine.user,
      ...(parent === undefined ? {} : { parent }),
      program: loginShell(machine, command),
    });
    const status = yield* process.wait();
    if (!world.network.namespace(machine.network.id)?.up) {
      yield* context.stderr.write(`Connection to ${host} closed by remote host.\n`);
      if (command.length === 0) yield* context.stderr.write(`Connection to ${host} closed.\n`);
      return 255;
    }
    if (command.length === 0) yield* context.stderr.write(`Connection to ${host} closed.\n`);
    return status;
  },
};

/** The remote side: a login shell, or the shell running one command. */
function loginShell(machine: Computer, command: readonly string[]): Program {
  return {
    name: '-bash',
    summary: '',
    *run(context: Context) {
      const process = machine.processes.get(context.pid);
      if (process === undefined) return 255;
      const shell = new Shell(context, machine, process, { name: 'bash', flavour: 'bash' });
      shell.observer = machine.world.service(COMMANDS);
      if (command.length > 0) {
        shell.scripted = true;
        return yield* shell.runToExit(command.join(' '));
      }
      if (context.terminal instanceof Tty) {
        const status = yield* interactiveShell(shell, context.terminal, { label: shortName(machine.hostname) });
        yield* context.stdout.write('logout\n');
        return status;
      }
      for (;;) {
        const line = yield* context.stdin.readLine();
        if (line === null) return shell.status;
        yield* shell.run(line);
      }
    },
  };
}
