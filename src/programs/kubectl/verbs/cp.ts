import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';

const REMOTE = /^[^:/]+(\/[^:/]+)?:/;

const command: Command = {
  name: 'cp',
  flags: [
    { name: 'container', short: 'c', type: 'string' },
    { name: 'no-preserve', type: 'bool' },
    { name: 'retries', type: 'int' },
  ],
  *run(invocation) {
    yield* [];
    const { args } = invocation;
    if (args.length !== 2) throw new Failure('source and destination are required');
    const remote = args.filter((word) => REMOTE.test(word)).length;
    if (remote === 2) throw new Failure('one of src or dest must be a local file specification');
    if (remote === 0) throw new Failure('one of src or dest must be a remote file specification');
    throw new Failure(
      `this kubectl copies no files, for want of tar on both sides: use kubectl exec POD -- cat FILE, or kubectl exec -i POD -- sh -c 'cat > FILE'`,
    );
  },
};

export default command;
