export class GoTemplate {
  constructor(text: string, _options: { readonly allowMissingKeys: boolean }) {
    throw new SyntaxError(`template: output:1: unexpected ${text}`);
  }

  execute(_data: unknown): string {
    throw new RangeError('not parsed');
  }
}
