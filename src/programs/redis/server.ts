import type { Program } from '../../machines/process.ts';
import { listening } from '../servers/listening.ts';
import { Database } from './database.ts';
import { commandsOf, encode } from './protocol.ts';

/** redis-server: keys in memory, gone with the process. */
export const redisServer: Program = {
  name: 'redis-server',
  summary: 'Persistent key-value database',
  *run(context) {
    const args = context.argv.slice(1);
    const version = context.env.get('REDIS_VERSION') ?? '7.4.5';
    if (args.includes('--version') || args.includes('-v')) {
      yield* context.stdout.write(`Redis server v=${version} sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
      return 0;
    }
    const given = args.indexOf('--port');
    const port = given < 0 ? 6379 : Number(args[given + 1]);
    const { sim } = context.machine.world;
    const line = (role: 'C' | 'M', level: '*' | '#', text: string) =>
      `1:${role} ${stamp(sim.calendar())} ${level} ${text}\n`;
    const database = new Database(() => sim.now(), version);
    return yield* listening(
      context,
      'redis-server',
      (log) => {
        log.out(line('C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo'));
        log.out(line('C', '*', `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`));
        if (args.length === 0)
          log.out(
            line(
              'C',
              '#',
              'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
            ),
          );
        log.out(line('M', '*', 'monotonic clock: POSIX clock_gettime'));
        log.out(line('M', '*', `Running mode=standalone, port=${port}.`));
        log.out(line('M', '*', 'Server initialized'));
        log.out(line('M', '*', 'Ready to accept connections tcp'));
        return [
          {
            port,
            serve(request) {
              if (request.kind !== 'raw') return { kind: 'close' };
              const commands = commandsOf(request.data);
              if (commands.length === 0) return { kind: 'close' };
              return { kind: 'raw', data: commands.map((words) => encode(database.run(words))).join('') };
            },
          },
        ];
      },
      () =>
        line('M', '#', `Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use`),
    );
  },
};

/** `20 Nov 2026 09:00:00.123` */
function stamp(now: number): string {
  const date = new Date(now);
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${year} ${time}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
}
