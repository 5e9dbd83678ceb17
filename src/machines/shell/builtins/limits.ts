import type { Builtin } from './builtin.ts';

/** umask */
export const umask: Builtin = function* (_shell, argv, streams) {
  if (argv.length === 1) yield* streams.stdout.write('0022\n');
  return 0;
};

/** ulimit */
export const ulimit: Builtin = function* (_shell, argv, streams) {
  yield* streams.stdout.write(argv.includes('-u') ? '400\n' : 'unlimited\n');
  return 0;
};

/** times */
export const times: Builtin = function* (_shell, _argv, streams) {
  yield* streams.stdout.write('0m0.004s 0m0.002s\n0m0.010s 0m0.006s\n');
  return 0;
};
