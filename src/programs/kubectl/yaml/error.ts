/** YAML that kubectl refuses; the message is go-yaml's, `yaml: line 7: …`. */
export class YamlError extends Error {
  constructor(message: string, from = 'yaml: ') {
    super(`${from}${message}`);
    this.name = 'YamlError';
  }
}

/** A place in the text: line and column count from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** go-yaml names a line only when it is not the first, and the scanner's lines one higher than the parser's. */
export function errorAt(problem: string, place: Mark, from: 'scanner' | 'parser', context?: Mark): YamlError {
  let { line } = place;
  if (line !== 0 && from === 'scanner') line++;
  if (line === 0) line = context?.line ?? 0;
  return new YamlError(line === 0 ? problem : `line ${line}: ${problem}`);
}
