import type { KubeObject } from '../../../cluster/api/types.ts';
import { FileError } from '../../../machines/filesystem.ts';
import type { Context } from '../../../machines/process.ts';
import { type Routine, sleep } from '../../../sim/routine.ts';
import { Failure, UnreachableFailure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import { manifestDocuments } from '../yaml/documents.ts';

/** -f, -k and -R. */
export interface FilenameOptions {
  readonly filenames: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
}

/** One file, URL or the standard input, not yet read. */
export interface ManifestFile {
  /** As messages name it: `./pod.yaml`, `STDIN`. */
  readonly source: string;
  read(): Routine<string>;
}

/** What -f names. */
export interface ManifestFiles {
  readonly files: readonly ManifestFile[];
  readonly errors: readonly Failure[];
  /** A pattern or name that stands for one file. */
  readonly singleItemImplied: boolean;
  /** A folder with several. */
  readonly directory: boolean;
  readonly stdin: boolean;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

/** Expands -f: names, folders, patterns, URLs, `-`. Nothing is read yet. */
export function manifestFiles(context: Context, options: FilenameOptions, stdinInUse = false): ManifestFiles {
  const files: ManifestFile[] = [];
  const errors: Failure[] = [];
  let singleItemImplied = false;
  let directory = false;
  let stdin = stdinInUse;
  if (options.filenames.length > 0 && options.kustomize !== '')
    errors.push(new Failure('only one of -f or -k can be specified'));
  if (options.kustomize !== '' && options.recursive)
    errors.push(new Failure("the -k flag can't be used with -f or -R"));
  if (errors.length > 0) return { files, errors, singleItemImplied, directory, stdin: false };
  for (const name of options.filenames) {
    if (name === '-') {
      if (stdin) errors.push(new Failure('standard input cannot be used for multiple arguments'));
      stdin = true;
      files.push({ source: 'STDIN', read: () => readAll(context) });
    } else if (/^https?:\/\//.test(name)) files.push({ source: name, read: () => unreachable(name) });
    else {
      const matches = expandPattern(context, name);
      if (matches.length === 0) {
        errors.push(new Failure(`the path ${goQuote(name)} does not exist`));
        continue;
      }
      if (!options.recursive && matches.length === 1) singleItemImplied = true;
      for (const path of matches) {
        const found = filesAt(context, path, options.recursive);
        if (found.length > 1) directory = true;
        files.push(...found);
      }
      if (files.length === 0 && errors.length === 0)
        errors.push(
          new Failure(`error reading [${matches.join(' ')}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`),
        );
    }
  }
  if (options.kustomize !== '')
    files.push({ source: options.kustomize, read: () => kustomize(context, options.kustomize) });
  return { files, errors, singleItemImplied, directory, stdin: stdin && !stdinInUse };
}

/** Reads the objects of a file one after the other. @throws Failure `error parsing FILE: …` */
export function* readManifests(file: ManifestFile): Routine<Generator<KubeObject, void, void>> {
  const text = yield* file.read();
  return manifestDocuments(text, file.source);
}

function filesAt(context: Context, path: string, recursive: boolean): ManifestFile[] {
  const absolute = context.fs.resolve(context.cwd, path);
  const at = (source: string, place: string): ManifestFile => ({
    source,
    *read() {
      try {
        return context.fs.read(place);
      } catch (error) {
        if (error instanceof FileError) throw new Failure(`open ${source}: ${error.message.toLowerCase()}`);
        throw error;
      }
    },
  });
  if (context.fs.stat(absolute).type !== 'directory') return [at(path, absolute)];
  const found: ManifestFile[] = [];
  const walk = (folder: string, shown: string) => {
    for (const name of context.fs.list(folder)) {
      const place = `${folder.replace(/\/$/, '')}/${name}`;
      const source = cleanPath(`${shown}/${name}`);
      const { type } = context.fs.lstat(place);
      if (type === 'directory') {
        if (recursive) walk(place, source);
      } else if (EXTENSIONS.some((extension) => name.endsWith(extension))) found.push(at(source, place));
    }
  };
  walk(absolute, path);
  return found;
}

/** filepath.Clean for what a person types. */
function cleanPath(path: string): string {
  return path
    .replace(/\/+/g, '/')
    .replace(/^(\.\/)+/, '')
    .replace(/\/\.(?=\/|$)/g, '');
}

function expandPattern(context: Context, pattern: string): string[] {
  const absolute = context.fs.resolve(context.cwd, pattern);
  if (context.fs.exists(absolute)) return [pattern];
  if (!/[*?[]/.test(pattern)) return [];
  let paths = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((word) => word !== '')) {
    const test = /[*?[]/.test(part)
      ? new RegExp(
          `^${part
            .replace(/[.+^${}()|\\]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]')}$`,
        )
      : undefined;
    paths = paths.flatMap((base) => {
      const folder = context.fs.resolve(context.cwd, base === '' ? '.' : base);
      const join = (name: string) => (base === '' || base.endsWith('/') ? `${base}${name}` : `${base}/${name}`);
      if (test === undefined) return context.fs.exists(`${folder}/${part}`) ? [join(part)] : [];
      if (!context.fs.exists(folder) || context.fs.stat(folder).type !== 'directory') return [];
      return context.fs
        .list(folder)
        .filter((name) => test.test(name))
        .map(join);
    });
  }
  return paths;
}

function* readAll(context: Context): Routine<string> {
  const chunks: string[] = [];
  for (;;) {
    const chunk = yield* context.stdin.read();
    if (chunk === null) return chunks.join('');
    chunks.push(chunk);
  }
}

/** There is no web outside the playground: three attempts, as the real one makes, then its error. */
function* unreachable(url: string): Routine<string> {
  yield* sleep(2000);
  const host = url.replace(/^https?:\/\//, '').replace(/[/?:].*$/, '');
  throw new UnreachableFailure('Get', url, `dial tcp: lookup ${host}: no such host`);
}

function* kustomize(context: Context, directory: string): Routine<string> {
  yield* sleep(0);
  const place = context.fs.resolve(context.cwd, directory);
  if (!context.fs.exists(place))
    throw new Failure(
      `must build at directory: not a valid directory: evalsymlink failure on '${directory}' : lstat ${place}: no such file or directory`,
    );
  if (
    !['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) => context.fs.exists(`${place}/${name}`))
  )
    throw new Failure(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${place}'`,
    );
  throw new Failure('this kubectl has no kustomize built in: it cannot build a kustomization');
}
