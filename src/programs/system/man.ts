import type { Program } from '../../machines/process.ts';

/** man, as far as it goes without pages: what a program is for, and where it tells the rest itself. */
export const man: Program = {
  name: 'man',
  summary: 'tell what a program is for',
  *run(context) {
    const name = context.argv.slice(1).findLast((arg) => !/^(-|\d$)/.test(arg));
    if (name === undefined) {
      yield* context.stderr.write("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    const entry = context.machine.program(name);
    if (entry === undefined || entry.directory === '') {
      yield* context.stderr.write(`No manual entry for ${name}\n`);
      return 16;
    }
    const title = `${name.toUpperCase()}(1)`;
    const middle = 'Hopscope';
    const gap = ' '.repeat(Math.max(2, Math.floor((78 - 2 * title.length - middle.length) / 2)));
    yield* context.stdout.write(
      `${title}${gap}${middle}${gap}${title}\n\nNAME\n       ${name} - ${entry.summary}\n\nDESCRIPTION\n       This machine is simulated and carries no manual pages. ${name} behaves as the\n       program of that name; '${name} --help' tells its options where the real one\n       does. 'hopscope help' tells what else there is.\n`,
    );
    return 0;
  },
};

/** help outside of a shell's own: every program of the machine with one line. */
export const programsHelp: Program = {
  name: 'help',
  summary: 'list the programs of this machine',
  *run(context) {
    const entries = context.machine
      .programs()
      .filter((entry) => entry.directory !== '')
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const width = Math.max(...entries.map((entry) => entry.name.length)) + 2;
    yield* context.stdout.write('Programs of this machine; the shell adds cd, echo, export, history and the like.\n\n');
    for (const { name, summary } of entries) yield* context.stdout.write(`  ${name.padEnd(width)}${summary}\n`);
    return 0;
  },
};
