import type { Command } from '../command.ts';
import { metadataVerb } from '../write/metadata-verb.ts';

const command: Command = metadataVerb({
  name: 'annotate',
  field: 'annotations',
  noun: 'annotation',
  checkValue() {},
  refusal: (texts) => `--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`,
  operation: () => 'annotated',
});

export default command;
