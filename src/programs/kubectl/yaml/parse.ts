import { parseDocument } from 'yaml';

/** YAML that kubectl refuses; the message is go-yaml's, `yaml: line 7: …`. */
export class YamlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'YamlError';
  }
}

/** Reads one document of YAML as kubectl does. @throws YamlError */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { version: '1.1', schema: 'yaml-1.1', prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) throw new YamlError(`yaml: ${error.message}`);
  return document.toJS({ maxAliasCount: 100 });
}
