import type { Program } from '../../machines/process.ts';

const LOCKED = [
  'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)',
  'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
];

/** apt and apt-get: who may not install is told so as by the real one; who may is told that there is no archive. */
export function aptProgram(name: 'apt' | 'apt-get'): Program {
  return {
    name,
    summary: 'command-line interface of the package manager',
    *run(context) {
      const [verb, ...packages] = context.argv.slice(1).filter((arg) => !arg.startsWith('-'));
      if (verb === undefined) {
        yield* context.stdout.write(`apt 2.6.1 (amd64)\nUsage: ${name} [options] command\n`);
        return 0;
      }
      if (
        !['install', 'remove', 'purge', 'update', 'upgrade', 'full-upgrade', 'dist-upgrade', 'autoremove'].includes(
          verb,
        )
      ) {
        yield* context.stderr.write(`E: Invalid operation ${verb}\n`);
        return 100;
      }
      if (context.user !== 'root') {
        const lock =
          verb === 'update'
            ? LOCKED.map((line) => line.replaceAll('/var/lib/dpkg/lock-frontend', '/var/lib/apt/lists/lock'))
            : LOCKED;
        yield* context.stderr.write(`${lock.join('\n')}\n`);
        return 100;
      }
      for (const each of packages) yield* context.stderr.write(`E: Unable to locate package ${each}\n`);
      yield* context.stderr.write(
        `N: This machine is simulated and reaches no package archive; 'help' lists the programs that it has.\n`,
      );
      return 100;
    },
  };
}
