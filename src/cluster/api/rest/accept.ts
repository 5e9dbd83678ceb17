/** The form in which a client wants objects. */
export type Form = 'object' | 'table' | 'partial' | 'partial-list' | 'discovery-v2' | 'discovery-v2beta1';

/**
 * Picks the first form of an Accept header that the server has; undefined when it has none (protobuf alone, say). Answers are
 * always JSON, which every client takes besides protobuf.
 */
export function negotiate(accept: string | undefined): Form | undefined {
  if (accept === undefined || accept.trim() === '') return 'object';
  const clauses = accept
    .split(',')
    .map((clause) => clause.trim().split(';'))
    .map(([type = '', ...parameters]) => {
      const values = new Map(parameters.map((parameter) => splitOnce(parameter.trim())));
      return { type: type.trim(), values, weight: Number(values.get('q') ?? 1) };
    });
  clauses.sort((a, b) => b.weight - a.weight);
  for (const { type, values } of clauses) {
    if (
      !['application/json', 'application/yaml', '*/*', 'application/*', 'text/*', 'text/plain', 'text/html'].includes(
        type,
      )
    )
      continue;
    const form = formOf(values.get('as'), values.get('g'), values.get('v'));
    if (form !== undefined) return form;
  }
  return undefined;
}

function formOf(as: string | undefined, group: string | undefined, version: string | undefined): Form | undefined {
  if (as === undefined) return 'object';
  if (as === 'APIGroupDiscoveryList' && group === 'apidiscovery.k8s.io')
    return version === 'v2' ? 'discovery-v2' : version === 'v2beta1' ? 'discovery-v2beta1' : undefined;
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  return as === 'Table'
    ? 'table'
    : as === 'PartialObjectMetadata'
      ? 'partial'
      : as === 'PartialObjectMetadataList'
        ? 'partial-list'
        : undefined;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
