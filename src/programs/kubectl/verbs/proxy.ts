import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';

const command: Command = {
  name: 'proxy',
  flags: [
    { name: 'port', short: 'p', type: 'int', default: '8001' },
    { name: 'address', type: 'string', default: '127.0.0.1' },
    { name: 'www', short: 'w', type: 'string' },
    { name: 'www-prefix', short: 'P', type: 'string', default: '/static/' },
    { name: 'api-prefix', type: 'string', default: '/' },
    { name: 'accept-hosts', type: 'string' },
    { name: 'accept-paths', type: 'string' },
    { name: 'reject-methods', type: 'string' },
    { name: 'reject-paths', type: 'string' },
    { name: 'disable-filter', type: 'bool' },
    { name: 'append-server-path', type: 'bool' },
    { name: 'keepalive', type: 'duration' },
    { name: 'unix-socket', short: 'u', type: 'string' },
  ],
  *run() {
    yield* [];
    throw new Failure('this kubectl runs no proxy: ask the API with kubectl get --raw PATH');
  },
};

export default command;
