import { FileError } from '../../../machines/filesystem.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';

const command: Command = {
  name: 'kustomize',
  flags: [
    { name: 'as-current-user', type: 'bool' },
    { name: 'enable-alpha-plugins', type: 'bool' },
    { name: 'enable-helm', type: 'bool' },
    { name: 'env', short: 'e', type: 'array' },
    { name: 'helm-api-versions', type: 'array' },
    { name: 'helm-command', type: 'string', default: 'helm' },
    { name: 'helm-debug', type: 'bool' },
    { name: 'helm-kube-version', type: 'string' },
    { name: 'load-restrictor', type: 'string', default: 'LoadRestrictionsRootOnly' },
    { name: 'mount', type: 'array' },
    { name: 'network', type: 'bool' },
    { name: 'network-name', type: 'string', default: 'bridge' },
    { name: 'output', short: 'o', type: 'string' },
  ],
  *run(invocation) {
    const { args, fs, context } = invocation;
    if (args.length > 1) throw new Failure('specify one path to kustomization.yaml');
    const shown = args[0] ?? '.';
    const folder = fs.resolve(context.cwd, shown);
    yield* [];
    try {
      fs.stat(folder);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Failure(
        `must build at directory: not a valid directory: evalsymlink failure on '${shown}' : lstat ${folder}: no such file or directory`,
      );
    }
    if (!['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) => fs.exists(`${folder}/${name}`)))
      throw new Failure(
        `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
      );
    throw new Failure('this kubectl builds no kustomizations: apply the files themselves with -f');
  },
};

export default command;
