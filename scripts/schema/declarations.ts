import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What a field holds. */
export type FieldType =
  | { readonly is: 'string' | 'boolean' | 'bytes' | 'any'; readonly values?: readonly string[] }
  | { readonly is: 'number'; readonly format: 'int32' | 'int64' | 'double' }
  | { readonly is: 'list' | 'map'; readonly of: FieldType }
  | { readonly is: 'type'; readonly name: string };

export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly type: FieldType;
}

/** One type of the API: its OpenAPI name (`io.k8s.api.core.v1.PodSpec`), and its fields; none for a plain value. */
export interface Declaration {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly Field[];
}

/** Types that are values with a form of their own. */
export const VALUES: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microtime',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
};

/** Reads the declarations (`.d.ts`) of kubernetes-models, following imports from one type to the next. */
export class Declarations {
  readonly found = new Map<string, Declaration>();
  private readonly modules: string;

  /** @param modules path of `node_modules` */
  constructor(modules: string) {
    this.modules = modules;
  }

  /** Reads one file and all it needs; returns the OpenAPI name of its type. `path` ends in `.d.ts`. */
  read(path: string): string {
    const name = this.openApiName(path);
    if (this.found.has(name)) return name;
    const text = readFileSync(path, 'utf8');
    const short = name.slice(name.lastIndexOf('.') + 1);
    const declared = new RegExp(
      `(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*)?export (?:interface I${short}(?: extends \\w+)? \\{\\n([\\s\\S]*?)\\n\\}|type I${short} = )`,
    ).exec(text);
    if (declared === null) throw new Error(`no declaration of I${short} in ${path}`);
    const [, comment = '', body] = declared;
    if (body === undefined || VALUES[name] !== undefined) {
      this.found.set(name, { name, description: prose(comment), fields: [] });
      return name;
    }
    // Types refer to themselves; the name must be there before its fields are.
    this.found.set(name, { name, description: prose(comment), fields: [] });
    const imports = this.imports(path, text);
    const numbers = numberFormats(this.validator(path));
    const fields = fieldsOf(body).map(({ comment: about, field, optional, type }): Field => {
      return {
        name: field,
        required: !optional,
        description: prose(about),
        type: this.type(type, imports, numbers.get(field)),
      };
    });
    this.found.set(name, { name, description: prose(comment), fields });
    return name;
  }

  private type(text: string, imports: ReadonlyMap<string, string>, format: string | undefined): FieldType {
    const list = /^Array<(.*)>$/s.exec(text);
    if (list !== null) return { is: 'list', of: this.type((list[1] ?? '').trim(), imports, format) };
    const map = /^\{\s*\[key: string\]: ([\s\S]*?);\s*\}$/.exec(text);
    if (map !== null) return { is: 'map', of: this.type((map[1] ?? '').trim(), imports, format) };
    if (/^"/.test(text))
      return { is: 'string', values: [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '') };
    if (text === 'string') return { is: format === 'byte' ? 'bytes' : 'string' };
    if (text === 'boolean') return { is: 'boolean' };
    if (text === 'number')
      return { is: 'number', format: format === 'int64' ? 'int64' : format === 'double' ? 'double' : 'int32' };
    // The templates of a StatefulSet's claims are written out in place, as they need neither name nor kind.
    const claim = text.includes('IIoK8sApiCoreV1PersistentVolumeClaimSpec') && text.startsWith('{');
    const path = claim
      ? join(this.modules, 'kubernetes-models', 'v1', 'PersistentVolumeClaim.d.ts')
      : imports.get(text);
    if (path === undefined) return { is: 'any' };
    return { is: 'type', name: this.read(path) };
  }

  private imports(path: string, text: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const [, names = '', from = ''] of text.matchAll(/import \{ ([^}]*) \} from "([^"]+)"/g)) {
      const base = from.startsWith('.') ? join(dirname(path), from) : join(this.modules, from);
      const file = `${base.replace(/\.js$/, '')}.d.ts`;
      if (!existsSync(file)) continue;
      for (const name of names.split(',')) found.set(name.trim(), file);
    }
    return found;
  }

  /** The text of the validator of a type, which knows the formats of numbers. */
  private validator(path: string): string {
    const folder = path.includes('apimachinery') ? '@kubernetes-models/apimachinery' : 'kubernetes-models';
    const schema = this.openApiName(path)
      .split('.')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join('');
    const file = join(this.modules, folder, '_schemas', `${schema}.js`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  private openApiName(path: string): string {
    const parts = relative(this.modules, path)
      .replace(/\.d\.ts$/, '')
      .split('/');
    if (parts[0] === '@kubernetes-models') return `io.k8s.apimachinery.pkg.${parts.slice(2).join('.')}`;
    const [, ...rest] = parts;
    if (rest.length === 2) rest.unshift('core');
    return `io.k8s.api.${rest.map((part) => part.replace('.k8s.io', '')).join('.')}`;
  }
}

interface RawField {
  readonly comment: string;
  readonly field: string;
  readonly optional: boolean;
  readonly type: string;
}

function fieldsOf(body: string): RawField[] {
  const pattern =
    /(?:^ {4}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {4}"([^"]+)"(\??): ((?:(?:Array<)?\{[\s\S]*?^ {4}\}>?|[^;]*?));$/gm;
  return [...body.matchAll(pattern)].map(([, comment = '', field = '', optional, type = '']) => ({
    comment,
    field,
    optional: optional === '?',
    type: type.trim(),
  }));
}

/** Formats by field, read from the validator's code: `int32`, `int64`, `double`, `byte`. */
function numberFormats(code: string): Map<string, string> {
  const found = new Map<string, string>();
  const functions = new Map(
    [...code.matchAll(/function (validate\d+)\(data([\s\S]*?)(?=function validate\d+\(|$)/g)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
  const formatOf = (name: string, depth: number): string | undefined => {
    const text = functions.get(name) ?? '';
    const format = /params:\{format:"(\w+)"\}/.exec(text)?.[1];
    if (format !== undefined || depth > 2) return format;
    const inner = /\b(validate\d+)\(data\d*\b/.exec(text)?.[1] ?? /\b(validate\d+)\(\w+\[\w+\]/.exec(text)?.[1];
    return inner === undefined || inner === name ? undefined : formatOf(inner, depth + 1);
  };
  for (const [, name = '', field = ''] of code.matchAll(/\b(validate\d+)\(data\.(\w+),/g)) {
    const format = formatOf(name, 0);
    if (format !== undefined) found.set(field, format);
  }
  return found;
}

/** The text of a doc comment, without stars and without the escapes that Markdown needed. */
function prose(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
    .replace(/\\([*_`~<>|#[\]])/g, '$1');
}
