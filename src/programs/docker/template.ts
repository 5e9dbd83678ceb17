import { GoTemplate } from '../kubectl/print/go-template/template.ts';
import { goJson } from './json.ts';

const NAMED: Readonly<Record<string, (...values: readonly unknown[]) => unknown>> = {
  json: (value) => goJson(value),
  lower: (value) => String(value).toLowerCase(),
  upper: (value) => String(value).toUpperCase(),
  title: (value) => String(value).replace(/\b\w/g, (letter) => letter.toUpperCase()),
  join: (list, separator) => (Array.isArray(list) ? list.join(String(separator)) : String(list)),
  split: (text, separator) => String(text).split(String(separator)),
  truncate: (text, length) => String(text).slice(0, Number(length)),
};

/** Fills in a template of --format. `json` alone prints the whole. @throws SyntaxError, TemplateError */
export function fill(format: string, data: unknown): string {
  if (format === 'json') return goJson(data);
  const text = format.replace(/\\t/g, '\t').replace(/\\n/g, '\n');
  return new GoTemplate(text, { allowMissingKeys: true, functions: NAMED }).execute(data);
}
