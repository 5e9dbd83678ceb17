import type { Command } from '../command.ts';
import { metadataVerb } from '../write/metadata-verb.ts';

const command: Command = metadataVerb({
  name: 'annotate',
  field: 'annotations',
  noun: 'annotation',
  checkValue() {},
  operation: () => 'annotated',
});

export default command;
