import { describe, expect, it } from 'vitest';
import type { Command } from '../command.ts';
import { COMMANDS } from '../commands.ts';
import { bareValue, type Flag } from '../flags.ts';
import { recordedHelp } from './index.ts';

/** A flag as `--help` tells it: `-o, --output='':`. */
interface Told {
  readonly short: string | undefined;
  /** As pflag writes it: strings in quotes, lists in brackets. */
  readonly value: string;
}

/** The flags below "Options:" of a help text. */
function toldFlags(text: string): Map<string, Told> {
  const found = new Map<string, Told>();
  const options = text.split('\nOptions:\n')[1]?.split('\nUsage:\n')[0] ?? '';
  for (const [, short, name = '', value = ''] of options.matchAll(/^ {4}(?:-(\w), )?(?: {4})?--([\w-]+)=(.*):$/gm))
    found.set(name, { short, value });
  return found;
}

/** How pflag would tell our flag's default. */
function defaultOf(flag: Flag): string {
  switch (flag.type) {
    case 'bool':
      return flag.default ?? 'false';
    case 'string':
      return `'${flag.default ?? ''}'`;
    case 'duration':
      return flag.default ?? '0s';
    case 'strings':
    case 'array':
      return `[${flag.default ?? ''}]`;
    case 'map':
      // One of its own making (create clusterrole --aggregation-rule) tells nothing.
      return flag.default ?? '[]';
    default:
      return flag.default ?? '0';
  }
}

interface Listed {
  readonly path: string;
  readonly flags: readonly Flag[];
}

function* everyCommand(command: Command, above: string, inherited: readonly Flag[]): Generator<Listed> {
  const path = `${above} ${command.name}`.trim();
  const persistent = [...inherited, ...(command.persistentFlags ?? [])];
  yield { path, flags: [...(command.flags ?? []), ...(command.persistentFlags ?? [])] };
  for (const child of command.subcommands ?? []) yield* everyCommand(child, path, persistent);
}

describe('flags', () => {
  it.each(COMMANDS.map(({ name, load }) => [name, load] as const))(
    'of %s are those that its help tells',
    async (name, load) => {
      const texts = await recordedHelp(name);
      const { default: command } = await load();
      for (const { path, flags } of everyCommand(command, '', [])) {
        const text = texts[path];
        expect(text, `help of ${path}`).toBeDefined();
        const told = toldFlags(text ?? '');
        const ours = new Map(
          flags
            .filter(({ hidden, deprecated }) => hidden !== true && deprecated === undefined)
            .map((flag) => [flag.name, { short: flag.short, value: defaultOf(flag) }]),
        );
        expect(Object.fromEntries(ours), path).toEqual(Object.fromEntries(told));
        for (const flag of flags)
          if (flag.type === 'bool') expect(bareValue(flag), `${path} --${flag.name}`).toBe('true');
      }
    },
  );
});
