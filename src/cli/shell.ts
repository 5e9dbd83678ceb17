/**
 * Runs shell commands on a fresh simulated cluster, as fast as it can, and prints what the terminal would show.
 *
 *   shell [--cluster NAME] [--seed N] [--speed N] [--server URL] [-c 'COMMANDS' | FILE]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Output } from '../machines/process.ts';
import { Session } from '../playground/session.ts';
import { remoteApi } from './remote-api.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cluster: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    server: { type: 'string' },
    command: { type: 'string', short: 'c' },
  },
});

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  console.error(`shell: --${name} takes a number, not "${text}"`);
  process.exit(2);
}

function output(stream: NodeJS.WriteStream): Output {
  return {
    tty: false,
    *write(text) {
      stream.write(text);
    },
    close() {},
  };
}

const [file] = positionals;
const source = values.command ?? readFileSync(file ?? 0, 'utf8');
const seed = number('seed', values.seed);
const speed = number('speed', values.speed);
const session = new Session({
  ...(values.cluster === undefined ? {} : { cluster: values.cluster }),
  ...(seed === undefined ? {} : { seed }),
  ...(values.server === undefined ? {} : { api: remoteApi(values.server) }),
});
await session.ready();
const { status } = await session.script(source, {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  ...(speed === undefined ? {} : { speed }),
});
process.exitCode = status;
if (values.server !== undefined) process.exit();
