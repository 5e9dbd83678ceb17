import type { Computer } from '../../machines/computer.ts';
import { POWER } from '../../machines/power.ts';
import type { Program } from '../../machines/process.ts';
import { until } from '../../sim/routine.ts';

/** sudo without a password: runs a program as root. */
export const sudo: Program = {
  name: 'sudo',
  summary: 'execute a command as another user',
  *run(context) {
    const args = context.argv.slice(1).filter((each, index) => !(index === 0 && /^-[EHniS]+$/.test(each)));
    if (args.length === 0) {
      yield* context.stderr.write(
        'usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHnPS] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n',
      );
      return 1;
    }
    const [name = ''] = args;
    const machine = context.machine as Computer;
    const program = name === 'su' || name === '-i' ? ['bash'] : args;
    if (machine.program(program[0] ?? '') === undefined) {
      yield* context.stderr.write(`sudo: ${name}: command not found\n`);
      return 1;
    }
    const parent = machine.processes.get(context.pid);
    const child = machine.start({
      argv: program,
      env: context.env,
      cwd: context.cwd,
      stdin: context.stdin,
      stdout: context.stdout,
      stderr: context.stderr,
      ...(context.terminal === undefined ? {} : { terminal: context.terminal }),
      user: 'root',
      ...(parent === undefined ? {} : { parent }),
    });
    return yield* child.wait();
  },
};

function power(name: string, on: boolean): Program {
  return {
    name,
    summary: on ? 'restart the machine' : 'power the machine off',
    *run(context) {
      if (context.user !== 'root') {
        yield* context.stderr.write(`Call to PowerOff failed: Access denied\n`);
        return 1;
      }
      const { machine } = context;
      if (machine.kind !== 'node') {
        yield* context.stderr.write(`${name}: not on this machine\n`);
        return 1;
      }
      const setPower = machine.world.service(POWER);
      const { sim } = machine.world;
      sim.schedule(30, () => {
        setPower(machine.hostname, false);
        if (on) sim.schedule(25_000, () => setPower(machine.hostname, true));
      });
      // The machine goes down under this process.
      yield* until<void>(() => () => {});
      return 0;
    },
  };
}

export const poweroff = power('poweroff', false);
export const reboot = power('reboot', true);
