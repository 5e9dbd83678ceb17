import type { Routine } from '../../sim/routine.ts';
import type { Process } from '../computer.ts';
import { Pipe } from '../streams.ts';
import type { Shell } from './shell.ts';
import type { Pipeline, Streams } from './state.ts';
import { fork, waitFor } from './subshell.ts';

/** Runs `a | b | c`, each in a process of its own, or one command with `!` or `time` before it. */
export function* pipeline(shell: Shell, node: Pipeline, streams: Streams): Routine<number> {
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.some((prefix) => prefix.type === 'Time');
  const began = shell.computer.world.sim.now();
  let status: number;
  const [only] = node.commands;
  if (node.commands.length === 1 && only !== undefined) status = yield* shell.node(only, streams);
  else {
    const processes: Process[] = [];
    let input = streams.stdin;
    for (const [index, command] of node.commands.entries()) {
      const last = index === node.commands.length - 1;
      const pipe = last ? undefined : new Pipe();
      const stdout = pipe?.output ?? streams.stdout;
      const stderr = node.operators[index] === '|&' && pipe !== undefined ? pipe.output : streams.stderr;
      const stdin = input;
      const close = () => {
        pipe?.output.close();
        if (index > 0) stdin.close();
      };
      const process = fork(
        shell,
        { ...streams, stdin, stdout, stderr },
        (shell, inner) => shell.node(command, inner),
        true,
      );
      process.onExit(close);
      processes.push(process);
      if (pipe !== undefined) input = pipe.input;
    }
    yield* waitFor(shell, processes);
    shell.pipeStatus = processes.map((process) => process.exitCode ?? 0);
    status = shell.options.has('pipefail')
      ? (shell.pipeStatus.findLast((each) => each !== 0) ?? 0)
      : (shell.pipeStatus.at(-1) ?? 0);
  }
  if (timed) {
    const seconds = (shell.computer.world.sim.now() - began) / 1000;
    yield* streams.stderr.write(`\nreal\t0m${seconds.toFixed(3)}s\nuser\t0m0.002s\nsys\t0m0.001s\n`);
  }
  return negated ? Number(status === 0) : status;
}
