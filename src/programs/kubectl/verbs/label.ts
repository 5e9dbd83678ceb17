import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import { metadataVerb } from '../write/metadata-verb.ts';

const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const command: Command = metadataVerb({
  name: 'label',
  field: 'labels',
  noun: 'label',
  checkValue(_, value, word) {
    const problems = [
      ...(value.length > 63 ? ['must be no more than 63 characters'] : []),
      ...(VALUE.test(value)
        ? []
        : [
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
          ]),
    ];
    if (problems.length > 0) throw new Failure(`invalid label value: ${goQuote(word)}: ${problems.join(';')}`);
  },
  refusal(texts) {
    const all = texts.map((text) => `${text}, and --overwrite is false`);
    return all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]`;
  },
  operation(before, after) {
    const gone = Object.keys(before).some((key) => !(key in after));
    const set = Object.entries(after).some(([key, value]) => before[key] !== value);
    if (!gone && !set) return 'not labeled';
    return gone && !set ? 'unlabeled' : 'labeled';
  },
});

export default command;
