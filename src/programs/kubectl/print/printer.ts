import type { KubeObject } from '../../../cluster/api/types.ts';
import { FileError } from '../../../machines/filesystem.ts';
import { outside, type Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import { formatValue, goSyntax } from '../go/value.ts';
import type { Invocation } from '../invocation.ts';
import { groupOf, isList, listItems } from '../resource/info.ts';
import { emitYaml } from '../yaml/emit.ts';
import { compactJson, emitJson } from './json.ts';
import { emitTypedJson } from './typed-json.ts';

/** A failure after part of the output: what was written stays written. */
export class PrintFailure extends Failure {
  readonly written: string;

  constructor(message: string, written: string) {
    super(message);
    this.written = written;
  }
}

/** Turns an object into what `-o` asks for. It remembers what it printed before (`---` between YAML documents). */
export type Printer = (object: KubeObject, event?: string) => string;

export const JSON_YAML_FORMATS = ['json', 'yaml'];
export const NAME_FORMATS = ['name'];
export const TEMPLATE_FORMATS = [
  'go-template',
  'go-template-file',
  'template',
  'templatefile',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
];

/**
 * The printer for the `--output` and `--template` of a command that takes the general formats
 * (genericclioptions.PrintFlags). `typed`: the command holds objects of Go's own types (see typed-json.ts). Without -o it prints `deployment.apps/x OPERATION`. @throws Failure unable to match a printer
 */
export function* objectPrinter(
  invocation: Invocation,
  operation: string,
  options: { readonly typed?: boolean } = {},
): Routine<Printer> {
  const { flags } = invocation;
  let output = flags.string('output');
  if (flags.string('template') !== '' && !flags.changed('output')) output = 'go-template';
  return (
    structuredPrinter(output, flags.bool('show-managed-fields'), options.typed) ??
    namePrinter(output, operation) ??
    (yield* templatePrinter(invocation, output)) ??
    noPrinter(output, [...JSON_YAML_FORMATS, ...NAME_FORMATS, ...TEMPLATE_FORMATS])
  );
}

/** -o json and yaml; undefined for other formats. */
export function structuredPrinter(output: string, showManagedFields: boolean, typed = false): Printer | undefined {
  const format = output.toLowerCase();
  if (format !== 'json' && format !== 'yaml') return undefined;
  const prepare = showManagedFields ? (object: KubeObject) => object : withoutManagedFields;
  if (format === 'json')
    return (object, event) =>
      event === undefined
        ? `${typed ? emitTypedJson(prepare(object)) : emitJson(prepare(object))}\n`
        : `{"type":"${event}","object":${compactJson(object)}}\n`;
  let printed = 0;
  return (object, event) => {
    const text = emitYaml(event === undefined ? prepare(object) : { type: event, object });
    return `${printed++ > 0 ? '---\n' : ''}${text}`;
  };
}

/** -o name and, for verbs that say what they did, no -o. */
export function namePrinter(output: string, operation: string): Printer | undefined {
  const format = output.toLowerCase();
  if (format !== 'name' && format !== '') return undefined;
  const suffix = format === 'name' || operation === '' ? '' : ` ${operation}`;
  const print: Printer = (object) => {
    if (isList(object))
      return listItems(object)
        .map((item) => print(item))
        .join('');
    const kind = (object.kind ?? '').toLowerCase();
    const group = groupOf(object.apiVersion ?? '');
    return `${group === '' ? kind : `${kind}.${group}`}/${object.metadata?.name || '<unknown>'}${suffix}\n`;
  };
  return print;
}

/** -o jsonpath and go-template with their variants; undefined for other formats. @throws Failure for a bad template */
export function* templatePrinter(invocation: Invocation, output: string): Routine<Printer | undefined> {
  const { flags } = invocation;
  const argument = flags.string('template');
  const allowMissingKeys = flags.bool('allow-missing-template-keys');
  const at = argument === '' ? output.indexOf('=') : -1;
  const format = at < 0 ? output : output.slice(0, at);
  if (!TEMPLATE_FORMATS.includes(format)) return undefined;
  let template = argument === '' ? (at < 0 ? '' : output.slice(at + 1)) : argument;
  if (template === '') throw new Failure('template format specified but no template given');
  if (format.endsWith('file')) template = readTemplate(invocation, template);
  if (format.startsWith('jsonpath')) {
    const { JsonPath } = yield* outside(() => import('./jsonpath/evaluate.ts'));
    const path = parsed(`error parsing jsonpath ${template}`, () => new JsonPath(template, { allowMissingKeys }));
    return (object) => {
      try {
        return path.execute(object, format === 'jsonpath-as-json');
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new Failure(
          `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
        );
      }
    };
  }
  const { GoTemplate, TemplateError } = yield* outside(() => import('./go-template/template.ts'));
  const program = parsed(`error parsing template ${template}`, () => new GoTemplate(template, { allowMissingKeys }));
  return (object) => {
    try {
      return program.execute(object);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new PrintFailure(
        `error executing template ${goQuote(template)}: ${error.message}`,
        `${error.written}Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${compactJson(object)}\n\tobject given to template engine was:\n\t\t${formatValue(object)}\n\n`,
      );
    }
  };
}

function parsed<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(`${prefix}, ${error.message}`);
    throw error;
  }
}

function readTemplate(invocation: Invocation, path: string): string {
  try {
    return invocation.fs.read(invocation.fs.resolve(invocation.context.cwd, path));
  } catch (error) {
    if (error instanceof FileError)
      throw new Failure(`error reading --template ${path}, open ${path}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

/** @throws Failure always */
export function noPrinter(output: string, formats: readonly string[]): never {
  throw new Failure(
    `unable to match a printer suitable for the output format "${output}", allowed formats are: ${[...formats].sort().join(',')}`,
  );
}

/** A copy without metadata.managedFields, also in the items of a list. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (isList(object)) return { ...object, items: (object['items'] as KubeObject[]).map(withoutManagedFields) };
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
