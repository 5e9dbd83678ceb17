import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Outcome, Session } from '../testing/session.ts';
import { commandLines, parseCorpus, type StateRecording, words } from './cases.ts';
import type { State } from './frozen-server.ts';

const FOLDER = import.meta.dirname;

/** A script that brings a cluster into a state, and what is asked of it then besides what is asked of each. */
export interface StateScript {
  readonly name: string;
  readonly flavour: string;
  readonly script: string;
  readonly lines: readonly string[];
}

/** Every state. */
export function stateScripts(): StateScript[] {
  return readdirSync(join(FOLDER, 'states'))
    .filter((file) => file.endsWith('.sh'))
    .sort()
    .map((file) => {
      const script = readFileSync(join(FOLDER, 'states', file), 'utf8');
      return {
        name: file.replace(/\.sh$/, ''),
        flavour: /^# cluster: (\S+)$/m.exec(script)?.[1] ?? 'gce',
        script,
        lines: [...script.matchAll(/^#: (.*)$/gm)].map(([, line = '']) => line),
      };
    });
}

/** The command lines of a corpus file below this folder. */
export function corpusLines(path: string): readonly string[] {
  return parseCorpus(readFileSync(join(FOLDER, path), 'utf8')).lines;
}

/** Corpora that write, by name, with the state that each is run on. */
export function writingCorpora(): { name: string; state: string; lines: readonly string[] }[] {
  return readdirSync(join(FOLDER, 'writing'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.txt$/, ''),
      ...parseCorpus(readFileSync(join(FOLDER, 'writing', file), 'utf8')),
    }));
}

/** A state as it was recorded: the first line is the moment, every other one an object. */
export function recordedState(name: string): State {
  const [head = '', ...objects] = readFileSync(join(FOLDER, 'recorded/clusters', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  const { now, version } = JSON.parse(head) as { now: number; version: number };
  return { now, version, objects: objects.map((line) => JSON.parse(line) as KubeObject) };
}

/** What {@link recordedState} reads. */
export function stateText({ now, version, objects }: State): string {
  return [{ now, version }, ...objects].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The recorded answers of a corpus: `states/healthy`, `writing/apply`. */
export function stateRecording(path: string): StateRecording {
  return JSON.parse(readFileSync(join(FOLDER, 'recorded', `${path}.json`), 'utf8')) as StateRecording;
}

/** What the real one prints in an order of chance, a Go map's. */
const UNORDERED = /^describe (cm|secret)/;

/** Runs the command lines of a case, as far as they succeed, and puts together what they printed. */
export async function runCase(line: string, run: (words: readonly string[]) => Promise<Outcome>): Promise<Outcome> {
  let all: Outcome = { stdout: '', stderr: '', status: 0 };
  for (const command of commandLines(line)) {
    const { stdout, stderr, status } = await run(words(command));
    all = { stdout: all.stdout + stdout, stderr: all.stderr + stderr, status };
  }
  return UNORDERED.test(line) ? { ...all, stdout: all.stdout.split('\n').sort().join('\n') } : all;
}

/** Our kubectl's answer; what it throws stands for it, with a status that no program ends with. */
export function runOurs(line: string, session: Session): Promise<Outcome> {
  return runCase(line, async (argv) => {
    try {
      return await session.run(argv);
    } catch (error) {
      return { stdout: '', stderr: `${error}\n`, status: -1 };
    }
  });
}
