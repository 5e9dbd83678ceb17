import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { findHost } from '../network/target.ts';
import { decode, encodeCommand, type Value } from './protocol.ts';

/** redis-cli: one command, or one a line from standard input. */
export const redisCli: Program = {
  name: 'redis-cli',
  summary: 'Command-line client to redis-server',
  *run(context) {
    let host = '127.0.0.1';
    let port = 6379;
    const words = context.argv.slice(1);
    while (words[0]?.startsWith('-') === true) {
      const option = words.shift();
      if (option === '-h') host = words.shift() ?? host;
      else if (option === '-p') port = Number(words.shift());
      else if (option === '-a' || option === '-n' || option === '-u') words.shift();
      else if (option !== '--raw' && option !== '--no-auth-warning') {
        yield* context.stderr.write(`Unrecognized option or bad number of args for: '${option}'\n`);
        return 1;
      }
    }
    if (words.length > 0) return (yield* ask(context, host, port, words)) === 'failed' ? 1 : 0;
    for (;;) {
      if (context.stdin.tty) yield* context.stdout.write(`${host}:${port}> `);
      const line = yield* context.stdin.readLine();
      if (line === null) return 0;
      const command = split(line);
      const [name] = command;
      if (name === undefined) continue;
      if (name === 'exit' || name === 'quit') return 0;
      yield* ask(context, host, port, command);
    }
  },
};

/** `set key "two words"` */
function split(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '',
  );
}

function* ask(context: Context, host: string, port: number, words: readonly string[]): Routine<'answered' | 'failed'> {
  const { network, world } = context.machine;
  const fail = function* (why: string): Routine<'failed'> {
    yield* context.stderr.write(`Could not connect to Redis at ${host}:${port}: ${why}\n`);
    return 'failed';
  };
  const found = yield* findHost(context, host, `${host}:${port}`);
  const [address] = found.addresses;
  if (address === undefined)
    return yield* fail(
      found.outcome === 'no-such-host' ? 'Name or service not known' : 'Temporary failure in name resolution',
    );
  const { trace, reply } = world.network.connect(
    network,
    { protocol: 'TCP', address, port, request: { kind: 'raw', data: encodeCommand(words) } },
    { program: 'redis-cli', target: `${host}:${port}`, group: found.group },
  );
  yield* sleep(trace.duration);
  if (reply?.kind === 'raw') {
    const answer = decode(reply.data);
    if (answer !== undefined) {
      yield* context.stdout.write(context.stdout.tty ? `${forPeople(answer.value)}\n` : `${raw(answer.value)}\n`);
      return 'answered';
    }
  }
  if (trace.outcome === 'refused') return yield* fail('Connection refused');
  if (trace.outcome === 'unreachable') return yield* fail('No route to host');
  if (trace.outcome === 'timeout') return yield* fail('Connection timed out');
  yield* context.stderr.write('Error: Server closed the connection\n');
  return 'failed';
}

/** As it is shown on a terminal. */
function forPeople(value: Value, indent = ''): string {
  switch (value.kind) {
    case 'status':
      return value.text;
    case 'error':
      return `(error) ${value.text}`;
    case 'integer':
      return `(integer) ${value.number}`;
    case 'bulk':
      return value.text === null ? '(nil)' : JSON.stringify(value.text);
    case 'array': {
      if (value.items.length === 0) return '(empty array)';
      const width = String(value.items.length).length;
      return value.items
        .map((item, index) => {
          const number = `${String(index + 1).padStart(width)}) `;
          return `${index === 0 ? '' : indent}${number}${forPeople(item, indent + ' '.repeat(number.length))}`;
        })
        .join('\n');
    }
  }
}

function raw(value: Value): string {
  switch (value.kind) {
    case 'integer':
      return String(value.number);
    case 'array':
      return value.items.map(raw).join('\n');
    case 'error':
      return value.text;
    default:
      return value.text ?? '';
  }
}
