import { describe, expect, it } from 'vitest';
import { comparable } from './compare.ts';
import { FrozenServer, type State, sessionOn } from './frozen-server.ts';
import { corpusLines, recordedState, runOurs, stateRecording, stateScripts, writingCorpora } from './states.ts';
import { reasonFor } from './summary.ts';

const AGAIN =
  'when the API server has changed with good reason, record again: npx tsx scripts/kubectl-differential.ts KUBECTL --record';

interface Corpus {
  readonly where: string;
  readonly lines: readonly string[];
}

const reading: Corpus[] = stateScripts().map(({ name, lines }) => ({
  where: `states/${name}`,
  lines: [...corpusLines('states/reading.txt'), ...lines],
}));
const writing: Corpus[] = writingCorpora().map(({ name, lines }) => ({ where: `writing/${name}`, lines }));
const states = new Map<string, State>();

function stateOf(name: string): State {
  const state = states.get(name) ?? recordedState(name);
  states.set(name, state);
  return state;
}

/** What the real kubectl 1.33 printed and changed, recorded by scripts/kubectl-differential.ts, is what ours does. */
describe.each([...reading, ...writing])('kubectl as the real one: $where', ({ where, lines }) => {
  const recording = stateRecording(where);

  it('has a recording of every line', () => {
    expect(recording.cases.map(({ line }) => line)).toEqual(lines);
  });

  it('does the same', { timeout: 60_000 }, async () => {
    const state = stateOf(recording.state);
    for (const { line, at, changes, ...real } of recording.cases) {
      const server = new FrozenServer(state);
      const ours = await runOurs(line, sessionOn(server, at));
      const mine = { ...comparable(ours), ...(changes === undefined ? {} : { changes: server.changes() }) };
      const theirs = { ...comparable(real), ...(changes === undefined ? {} : { changes }) };
      if (reasonFor({ where, line }) === undefined) expect(mine, `kubectl ${line}\n(${AGAIN})`).toEqual(theirs);
      else expect(mine, `kubectl ${line} is known to differ, and does not`).not.toEqual(theirs);
    }
  });
});
