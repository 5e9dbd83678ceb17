import { type ParsedScript, parse } from 'unbash';

/** Scripts as they were parsed last: containers of one image all run the same. */
const PARSED = new Map<string, ParsedScript>();
const MOST_PARSED = 50;
const LONGEST_PARSED = 10_000;

/** A script, parsed; errors stand in its `errors`. @throws what the parser cannot go on from */
export function parsed(source: string): ParsedScript {
  const known = PARSED.get(source);
  if (known !== undefined) return known;
  const script = parse(source);
  if (source.length > LONGEST_PARSED) return script;
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  PARSED.set(source, script);
  return script;
}
