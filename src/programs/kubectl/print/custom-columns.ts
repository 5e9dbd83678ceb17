import { FileError } from '../../../machines/filesystem.ts';
import { Failure } from '../errors.ts';
import { formatValue } from '../go/value.ts';
import type { Invocation } from '../invocation.ts';
import { isList, listItems } from '../resource/info.ts';
import { escapeTerminal } from './escape.ts';
import { JsonPath } from './jsonpath/evaluate.ts';
import { type Printer, PrintFailure } from './printer.ts';
import { relaxedJsonPath } from './sort.ts';
import { TabWriter } from './tabwriter.ts';

export const CUSTOM_COLUMNS_FORMATS = ['custom-columns', 'custom-columns-file'];

interface Column {
  readonly header: string;
  readonly path: string;
}

/** -o custom-columns=HEADER:PATH,… and custom-columns-file; undefined for other formats. @throws Failure */
export function customColumnsPrinter(invocation: Invocation, output: string): Printer | undefined {
  const argument = invocation.flags.string('template');
  const at = argument === '' ? output.indexOf('=') : -1;
  const format = at < 0 ? output : output.slice(0, at);
  if (!CUSTOM_COLUMNS_FORMATS.includes(format)) return undefined;
  const spec = argument === '' ? (at < 0 ? '' : output.slice(at + 1)) : argument;
  if (spec === '') throw new Failure('custom-columns format specified but no custom columns given');
  const fromFile = format === 'custom-columns-file';
  const columns = fromFile ? columnsOfFile(invocation, spec) : columnsOf(spec);
  const headers = fromFile || !invocation.flags.bool('no-headers');
  let lastType: string | undefined;
  const writer = new TabWriter();
  return (object, event) => {
    const type = event !== undefined ? 'event' : isList(object) ? 'list' : 'object';
    if (headers && type !== lastType) {
      writer.write(`${columns.map(({ header }) => header).join('\t')}\n`);
      lastType = type;
    }
    const paths = columns.map(({ path }) => parsePath(path, writer));
    const items: unknown[] =
      event !== undefined ? [{ type: event, object }] : isList(object) ? listItems(object) : [object];
    for (const item of items) writer.write(`${paths.map((path) => cell(path, item, writer)).join('\t')}\n`);
    return writer.flush();
  };
}

function columnsOf(spec: string): Column[] {
  return spec.split(',').map((part) => {
    const at = part.indexOf(':');
    if (at < 0) throw new Failure(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, at), path: relaxedJsonPath(part.slice(at + 1)) };
  });
}

function columnsOfFile(invocation: Invocation, path: string): Column[] {
  let text: string;
  try {
    text = invocation.fs.read(invocation.fs.resolve(invocation.context.cwd, path));
  } catch (error) {
    if (error instanceof FileError)
      throw new Failure(`error reading template ${path}, open ${path}: ${error.message.toLowerCase()}\n`);
    throw error;
  }
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  const words = (line: string) => line.split(/\s+/).filter((word) => word !== '');
  for (const [i, name] of ['header', 'spec'].entries()) {
    if (lines[i] === undefined)
      throw new Failure(
        `invalid template, missing ${name} line. Expected format is one line of space separated headers, one line of space separated column specs.`,
      );
  }
  const headers = words(lines[0] ?? '');
  const specs = words(lines[1] ?? '');
  if (headers.length !== specs.length)
    throw new Failure(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`);
  return headers.map((header, i) => ({ header, path: relaxedJsonPath(specs[i] ?? '') }));
}

function parsePath(path: string, writer: TabWriter): JsonPath {
  try {
    return new JsonPath(path, { allowMissingKeys: true });
  } catch (error) {
    if (error instanceof SyntaxError) throw new PrintFailure(error.message, writer.flush());
    throw error;
  }
}

function cell(path: JsonPath, item: unknown, writer: TabWriter): string {
  let found: unknown[][];
  try {
    found = path.find(item);
  } catch (error) {
    if (error instanceof RangeError) throw new PrintFailure(error.message, writer.flush());
    throw error;
  }
  const texts = found.flat().map((value) => escapeTerminal(formatValue(value)));
  return (found[0]?.length ?? 0) === 0 ? ['<none>', ...texts].join(',') : texts.join(',');
}
