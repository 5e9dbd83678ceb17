import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { info, top, VERSION, version } from './about.ts';
import { type Call, type DockerCommand, RunError } from './command.ts';
import { DaemonError } from './engine.ts';
import { attach, exec } from './exec.ts';
import { flagsOf, ParsedFlags, parseFlags, UsageError } from './flags.ts';
import HELP from './help/texts.json';
import { images, pull, rmi } from './images.ts';
import { containerInspect, imageInspect, inspect, networkInspect } from './inspect.ts';
import { containerPrune, kill, rename, restart, rm, startCommand, stop, wait } from './lifecycle.ts';
import { logs } from './logs.ts';
import { networkLs, port } from './network.ts';
import { ps } from './ps.ts';
import { createCommand, run } from './run.ts';
import { DOCKER } from './service.ts';

const COMMANDS: readonly DockerCommand[] = [
  attach,
  containerInspect,
  containerPrune,
  createCommand,
  exec,
  images,
  imageInspect,
  info,
  inspect,
  kill,
  logs,
  networkInspect,
  networkLs,
  port,
  ps,
  pull,
  rename,
  restart,
  rm,
  rmi,
  run,
  startCommand,
  stop,
  top,
  version,
  wait,
];

const TEXTS: Readonly<Record<string, string>> = HELP;

/** Groups of commands: `container`, `image`, … */
function isGroup(name: string): boolean {
  return Object.keys(TEXTS).some((each) => each.startsWith(`${name} `));
}

/** docker: the client of the machine's Docker Engine. */
export const docker: Program = {
  name: 'docker',
  summary: 'a self-sufficient runtime for containers',
  *run(context) {
    let args = context.argv.slice(1);
    while (args[0] === '-D' || args[0] === '--debug') args = args.slice(1);
    const [first] = args;
    if (first === '-v' || first === '--version') {
      yield* context.stdout.write(`Docker version ${VERSION}, build e6534b4\n`);
      return 0;
    }
    if (first === undefined || first === '--help' || first === 'help') {
      yield* context.stdout.write(TEXTS[args.slice(1).join(' ')] ?? TEXTS[''] ?? '');
      return 0;
    }
    if (first.startsWith('-')) {
      yield* context.stderr.write(
        `${first.startsWith('--') ? `unknown flag: ${first}` : `unknown shorthand flag: '${first.charAt(1)}' in ${first}`}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n`,
      );
      return 125;
    }
    if (isGroup(first)) {
      const second = args[1];
      if (second === undefined || second === '--help') {
        yield* context.stdout.write(TEXTS[first] ?? '');
        return 0;
      }
      if (TEXTS[`${first} ${second}`] !== undefined)
        return yield* dispatch(context, `${first} ${second}`, args.slice(2));
      yield* context.stderr.write(
        `docker: unknown command: docker ${first} ${second}\n\nUsage:  docker ${first}\n\nRun 'docker ${first} --help' for more information\n`,
      );
      return 1;
    }
    if (TEXTS[first] === undefined) {
      yield* context.stderr.write(
        `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information\n`,
      );
      return 1;
    }
    return yield* dispatch(context, first, args.slice(1));
  },
};

function* dispatch(context: Context, name: string, args: readonly string[]): Routine<number> {
  const help = TEXTS[name] ?? '';
  const usage = /^Usage: {2}(.*)$/m.exec(help)?.[1] ?? '';
  const command = COMMANDS.find((each) => each.name === name || each.aliases?.includes(name) === true);
  let flags = new ParsedFlags();
  try {
    flags = parseFlags(args, flagsOf(help), command?.interspersed !== false);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* context.stderr.write(
      `${error.message}\n\nUsage:  ${usage}\n\nRun 'docker ${name} --help' for more information\n`,
    );
    return 125;
  }
  if (flags.has('help')) {
    yield* context.stdout.write(help);
    return 0;
  }
  if (command === undefined) {
    yield* context.stderr.write(
      `docker: 'docker ${name}' is not part of this simulation; 'docker run', 'ps', 'inspect', 'exec', 'logs' and their like are\n`,
    );
    return 1;
  }
  const [least, most] = command.arguments;
  const count = flags.operands.length;
  if (count < least || count > most) {
    const open = most === Number.POSITIVE_INFINITY;
    const wants =
      most === 0
        ? 'accepts no arguments'
        : least === most
          ? `requires ${least} argument${least === 1 ? '' : 's'}`
          : open
            ? `requires at least ${least} argument${least === 1 ? '' : 's'}`
            : least === 0
              ? `requires at most ${most} argument${most === 1 ? '' : 's'}`
              : `requires at least ${least} and at most ${most} arguments`;
    yield* context.stderr.write(
      `docker: 'docker ${name}' ${wants}\n\nUsage:  ${usage}\n\n${open ? 'See' : 'Run'} 'docker ${name} --help' for more information\n`,
    );
    return 1;
  }
  const engine = context.machine.world.service(DOCKER)(context.machine.hostname);
  if (engine === undefined) {
    yield* context.stderr.write(
      `${name === 'run' || name === 'create' ? 'docker: ' : ''}Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n`,
    );
    return name === 'run' || name === 'create' ? 125 : 1;
  }
  const call: Call = {
    context,
    engine,
    flags,
    operands: flags.operands,
    out: (text) => context.stdout.write(text),
    err: (text) => context.stderr.write(text),
  };
  try {
    return yield* command.run(call);
  } catch (error) {
    if (error instanceof RunError) {
      yield* context.stderr.write(`docker: ${error.message}\n\nRun 'docker ${name} --help' for more information\n`);
      return error.status;
    }
    if (error instanceof DaemonError) {
      yield* context.stderr.write(`Error response from daemon: ${error.message}\n`);
      return 1;
    }
    if (error instanceof Error && (error.name === 'SyntaxError' || 'written' in error)) {
      yield* context.stderr.write(`template parsing error: ${error.message}\n`);
      return 64;
    }
    throw error;
  }
}
