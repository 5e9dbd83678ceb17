import type { Command } from '../command.ts';
import { Failure, UnreachableFailure } from '../errors.ts';
import { emitYaml } from '../yaml/emit.ts';

/** What this kubectl says it is: the 1.33 that it follows. */
export const CLIENT_VERSION = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:27:33Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const KUSTOMIZE_VERSION = 'v5.6.0';

type VersionInfo = Readonly<Record<string, string>>;

/** The fields of version.Info in their order. */
const FIELDS = [
  'major',
  'minor',
  'emulationMajor',
  'emulationMinor',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
  'gitVersion',
  'gitCommit',
  'gitTreeState',
  'buildDate',
  'goVersion',
  'compiler',
  'platform',
];

function versionInfo(answer: VersionInfo): VersionInfo {
  const shown = FIELDS.filter((field) => !/^(emulation|minCompatibility)/.test(field) || (answer[field] ?? '') !== '');
  return Object.fromEntries(shown.map((field) => [field, answer[field] ?? '']));
}

const command: Command = {
  name: 'version',
  flags: [
    { name: 'client', type: 'bool' },
    { name: 'output', short: 'o', type: 'string' },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    const output = flags.string('output');
    const clientOnly = flags.bool('client');
    if (!clientOnly && args.length > 0) throw new Failure(`extra arguments: [${args.join(' ')}]`);
    if (output !== '' && output !== 'yaml' && output !== 'json') throw new Failure("--output must be 'yaml' or 'json'");
    let serverVersion: VersionInfo | undefined;
    let failure: Failure | undefined;
    if (!clientOnly) {
      try {
        serverVersion = versionInfo((yield* invocation.client.get('/version')) as VersionInfo);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failure =
          error instanceof UnreachableFailure
            ? new UnreachableFailure('Get', `${invocation.client.config.server}/version?timeout=32s`, error.problem)
            : error;
      }
    }
    const server = serverVersion === undefined ? {} : { serverVersion };
    if (output === '') {
      yield* invocation.out(`Client Version: ${CLIENT_VERSION.gitVersion}\nKustomize Version: ${KUSTOMIZE_VERSION}\n`);
      if (serverVersion !== undefined) yield* invocation.out(`Server Version: ${serverVersion['gitVersion'] ?? ''}\n`);
    } else if (output === 'yaml')
      yield* invocation.out(
        `${emitYaml({ clientVersion: CLIENT_VERSION, kustomizeVersion: KUSTOMIZE_VERSION, ...server })}\n`,
      );
    else
      yield* invocation.out(
        `${JSON.stringify({ clientVersion: CLIENT_VERSION, kustomizeVersion: KUSTOMIZE_VERSION, ...server }, undefined, '  ')}\n`,
      );
    if (serverVersion !== undefined) {
      const skew = skewWarning(serverVersion);
      if (skew !== undefined) yield* invocation.client.warn(skew);
    }
    if (failure !== undefined) throw failure;
  },
};

export default command;

/** Client and server may differ by one minor version. */
function skewWarning(server: VersionInfo): string | undefined {
  const number = (text: string | undefined) => Number(/^v?(\d+)\.(\d+)/.exec(text ?? '')?.[2] ?? Number.NaN);
  const mine = number(CLIENT_VERSION.gitVersion);
  const theirs = number(server['gitVersion']);
  if (!(Math.abs(mine - theirs) > 1)) return undefined;
  return `version difference between client (1.${mine}) and server (1.${theirs}) exceeds the supported minor version skew of +/-1`;
}
