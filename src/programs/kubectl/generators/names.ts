/** A flag or argument that kubectl refuses before it talks to the server. Printed as `error: MESSAGE`, exit status 1. */
export class GeneratorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GeneratorError';
  }
}

/** `reg/x/nginx:1.2` -> `nginx`: the container name that `create deployment` derives from an image (pkg/cmd/create). */
export function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.replace(/[:@].*$/s, '').replace(/_/g, '-');
}

/** A port as Go's strconv and apimachinery's validation see it. @throws GeneratorError in kubectl's words. */
export function parsePortNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new GeneratorError(`strconv.ParseUint: parsing "${text}": invalid syntax`);
  return Number(text);
}

/** Go's %q for the strings that messages quote. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** `a=b,c=d` -> {a: b, c: d}. @throws GeneratorError in the words of generate.ParseLabels. */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    if (at < 0 || part.indexOf('=', at + 1) >= 0) throw new GeneratorError(`unexpected label spec: ${part}`);
    if (at === 0) throw new GeneratorError('unexpected empty label key');
    labels[part.slice(0, at)] = part.slice(at + 1);
  }
  return labels;
}
