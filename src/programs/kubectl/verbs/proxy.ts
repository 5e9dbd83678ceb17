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
    { name: 'accept-hosts', type: 'string', default: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$' },
    { name: 'accept-paths', type: 'string', default: '^.*' },
    { name: 'reject-methods', type: 'string', default: '^$' },
    { name: 'reject-paths', type: 'string', default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach' },
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
