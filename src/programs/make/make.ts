import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';
import { Makefile, MakefileError } from './makefile.ts';

/** Ends make with this on standard error. */
class Stop extends Error {}

/** GNU make 4.3, as far as small makefiles need it: variables, rules, prerequisites by age, recipes by sh. */
export const make: Program = {
  name: 'make',
  summary: 'maintain program dependencies',
  *run(context) {
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'f:C:nsBikj::hv',
        long: {
          'file=': 'f',
          'makefile=': 'f',
          'directory=': 'C',
          'dry-run': 'n',
          'just-print': 'n',
          silent: 's',
          quiet: 's',
          'always-make': 'B',
          'ignore-errors': 'i',
          version: 'v',
          help: 'h',
        },
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`make: ${error.message}\nUsage: make [options] [target] ...\n`);
      return 2;
    }
    if (given.has('v')) {
      yield* context.stdout.write('GNU Make 4.3\nBuilt for x86_64-pc-linux-gnu\n');
      return 0;
    }
    const folder = given.value('C');
    const cwd = folder === undefined ? context.cwd : context.fs.resolve(context.cwd, folder);
    if (folder !== undefined && !context.fs.exists(cwd)) {
      yield* context.stderr.write(`make: *** ${folder}: No such file or directory.  Stop.\n`);
      return 2;
    }
    try {
      return yield* new Run(context, given, cwd).run();
    } catch (error) {
      if (error instanceof MakefileError) yield* context.stderr.write(`${error.message}\n`);
      else if (error instanceof Stop) yield* context.stderr.write(`make: *** ${error.message}\n`);
      else throw error;
      return 2;
    }
  },
};

class Run {
  private readonly context: Context;
  private readonly given: ParsedOptions;
  private readonly cwd: string;
  private readonly done = new Set<string>();
  private readonly file: string;
  private readonly makefile: Makefile;
  private readonly goals: readonly string[];
  private ran = false;

  constructor(context: Context, given: ParsedOptions, cwd: string) {
    this.context = context;
    this.given = given;
    this.cwd = cwd;
    const variables = new Map<string, string>();
    const goals: string[] = [];
    for (const word of given.operands) {
      const assignment = /^([A-Za-z_][\w.-]*):?=(.*)$/s.exec(word);
      if (assignment === null) goals.push(word);
      else variables.set(assignment[1] ?? '', assignment[2] ?? '');
    }
    const named = given.value('f');
    const { fs } = context;
    const found = named ?? ['GNUmakefile', 'makefile', 'Makefile'].find((name) => fs.exists(fs.resolve(cwd, name)));
    if (found === undefined)
      throw new Stop(
        goals.length === 0
          ? 'No targets specified and no makefile found.  Stop.'
          : `No rule to make target '${goals[0]}'.  Stop.`,
      );
    if (!fs.exists(fs.resolve(cwd, found))) throw new Stop(`No rule to make target '${found}'.  Stop.`);
    this.file = found;
    this.makefile = new Makefile(fs.read(fs.resolve(cwd, found)), found, variables, context.env);
    const { first } = this.makefile;
    if (goals.length === 0 && first === undefined) throw new Stop('No targets.  Stop.');
    this.goals = goals.length > 0 ? goals : [first ?? ''];
  }

  *run(): Routine<number> {
    for (const goal of this.goals) {
      this.ran = false;
      yield* this.make(goal, undefined, new Set());
      if (this.ran || this.given.has('s')) continue;
      const rule = this.makefile.rules.get(goal);
      const isFile = this.modified(goal) !== undefined && !this.makefile.phony.has(goal);
      yield* this.context.stdout.write(
        isFile && (rule?.recipe.length ?? 0) > 0
          ? `make: '${goal}' is up to date.\n`
          : `make: Nothing to be done for '${goal}'.\n`,
      );
    }
    return 0;
  }

  private modified(path: string): number | undefined {
    const { fs } = this.context;
    const full = fs.resolve(this.cwd, path);
    return fs.exists(full) ? fs.stat(full).modified : undefined;
  }

  /** Brings a target up to date; its new age, or infinity when it was made now. */
  private *make(target: string, neededBy: string | undefined, path: ReadonlySet<string>): Routine<number> {
    const { rules, phony } = this.makefile;
    const rule = rules.get(target);
    const age = phony.has(target) ? undefined : this.modified(target);
    if (rule === undefined) {
      if (age !== undefined) return age;
      throw new Stop(
        `No rule to make target '${target}'${neededBy === undefined ? '' : `, needed by '${neededBy}'`}.  Stop.`,
      );
    }
    if (this.done.has(target)) return age ?? Number.POSITIVE_INFINITY;
    if (path.has(target)) {
      yield* this.context.stderr.write(`make: Circular ${neededBy} <- ${target} dependency dropped.\n`);
      return age ?? 0;
    }
    const onwards = new Set(path).add(target);
    let newest = Number.NEGATIVE_INFINITY;
    for (const need of rule.needs) newest = Math.max(newest, yield* this.make(need, target, onwards));
    this.done.add(target);
    if (age !== undefined && age >= newest && !this.given.has('B')) return age;
    yield* this.recipe(rule.target, rule.needs, rule.recipe);
    return Number.POSITIVE_INFINITY;
  }

  private *recipe(
    target: string,
    needs: readonly string[],
    lines: readonly { readonly text: string; readonly line: number }[],
  ): Routine {
    const { context, given } = this;
    const automatic = { '@': target, '<': needs[0] ?? '', '^': [...new Set(needs)].join(' '), '?': needs.join(' ') };
    for (const { text, line } of lines) {
      const marks = /^[\s@+-]*/.exec(text)?.[0] ?? '';
      const command = this.makefile.expand(text.slice(marks.length), automatic);
      if (command.trim() === '') continue;
      this.ran = true;
      const quiet = marks.includes('@') || given.has('s');
      if (!quiet || given.has('n')) yield* context.stdout.write(`${command}\n`);
      if (given.has('n')) continue;
      const status = yield* context.run(['/bin/sh', '-c', command], { cwd: this.cwd });
      if (status === 0) continue;
      if (marks.includes('-') || given.has('i')) {
        yield* context.stderr.write(`make: [${this.file}:${line}: ${target}] Error ${status} (ignored)\n`);
        continue;
      }
      throw new Stop(`[${this.file}:${line}: ${target}] Error ${status}`);
    }
  }
}
