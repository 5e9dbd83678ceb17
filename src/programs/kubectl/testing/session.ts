import type { NetworkNamespace } from '../../../cluster/network/namespace.ts';
import type { Network } from '../../../cluster/network/network.ts';
import { FileError, type FileInfo, type FileSystem } from '../../../machines/filesystem.ts';
import type { Machine, ServiceKey, World } from '../../../machines/machine.ts';
import type { Context, Input, Output, Signal } from '../../../machines/process.ts';
import { type Routine, sleep, start, until } from '../../../sim/routine.ts';
import { Simulation } from '../../../sim/simulation.ts';
import { KUBERNETES, type KubeApi } from '../api.ts';
import { completer } from '../completion/index.ts';
import { runKubectl } from '../dispatch.ts';

/** What a command line left behind. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export interface SessionOptions {
  readonly sim?: Simulation;
  readonly api?: KubeApi;
  readonly home?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs kubectl command lines without a machine around them, for tests. */
export class Session {
  readonly sim: Simulation;
  readonly files: Map<string, string>;
  private readonly options: SessionOptions;

  constructor(options: SessionOptions = {}) {
    this.options = options;
    this.sim = options.sim ?? new Simulation();
    this.files = new Map(Object.entries(options.files ?? {}));
  }

  /** Runs one command line to its end, or until `limit` virtual milliseconds have passed: then it is interrupted by Ctrl-C. */
  async run(
    argv: readonly string[],
    options: { readonly stdin?: string; readonly limit?: number } = {},
  ): Promise<Outcome> {
    const { stdout, stderr, result } = await this.drive(argv, runKubectl, options);
    return { stdout, stderr, status: result };
  }

  /** What Tab offers for the words after `kubectl`. */
  async complete(words: readonly string[]): Promise<readonly string[]> {
    return (await this.drive(['completion'], (context) => completer(words, context))).result;
  }

  private async drive<T>(
    argv: readonly string[],
    work: (context: Context) => Routine<T>,
    options: { readonly stdin?: string; readonly limit?: number } = {},
  ): Promise<{ stdout: string; stderr: string; result: T }> {
    let stdout = '';
    let stderr = '';
    let interrupt: (() => void) | undefined;
    let interrupted = false;
    const output = (put: (text: string) => void): Output => ({
      tty: false,
      close: () => {},
      *write(text: string) {
        yield* [];
        put(text);
      },
    });
    const context: Context = {
      argv: ['kubectl', ...argv],
      env: new Map(Object.entries({ HOME: this.options.home ?? '/root', ...this.options.env })),
      cwd: this.options.home ?? '/root',
      stdin: textInput(options.stdin ?? ''),
      stdout: output((text) => {
        stdout += text;
      }),
      stderr: output((text) => {
        stderr += text;
      }),
      terminal: undefined,
      machine: this.machine(),
      fs: this.fileSystem(),
      pid: 4242,
      user: 'root',
      *run() {
        yield* sleep(0);
        return 127;
      },
      onSignal: () => () => {},
      *interrupted<T>(inner: Routine<T>, ..._signals: Signal[]): Routine<T | undefined> {
        const ended: { value?: T; failed?: unknown; done: boolean } = { done: false };
        const task = start(sim, inner);
        yield* until<void>((resolve) => {
          if (interrupted) resolve();
          interrupt = resolve;
          task.onEnd((outcome) => {
            ended.done = true;
            if (outcome.ok) ended.value = outcome.value;
            else ended.failed = outcome.error;
            resolve();
          });
          return () => {};
        });
        if (!ended.done) task.kill();
        if (ended.failed !== undefined) throw ended.failed;
        return ended.value;
      },
    };
    const { sim } = this;
    const task = start(sim, work(context));
    let result: T | undefined;
    let failure: unknown;
    task.onEnd((outcome) => {
      if (outcome.ok) result = outcome.value;
      else failure = outcome.error;
    });
    const until_ = sim.now() + (options.limit ?? 60_000);
    while (!task.done) {
      if (sim.held) await new Promise((resolve) => setImmediate(resolve));
      else {
        const next = sim.nextAt();
        if (next === undefined || next > until_) {
          if (interrupted) throw new Error('kubectl does not obey Ctrl-C');
          interrupted = true;
          interrupt?.();
          if (interrupt === undefined) await new Promise((resolve) => setImmediate(resolve));
        } else sim.step();
      }
    }
    if (failure !== undefined) throw failure;
    return { stdout, stderr, result: result as T };
  }

  private machine(): Machine {
    const { api } = this.options;
    const { sim } = this;
    const world: World = {
      sim,
      network: undefined as unknown as Network,
      machineByHost: () => undefined,
      service: <T>(key: ServiceKey<T>) => (key.name === KUBERNETES.name ? api : undefined) as T,
    };
    return {
      id: 'laptop',
      kind: 'laptop',
      hostname: 'laptop',
      user: 'root',
      home: this.options.home ?? '/root',
      fs: this.fileSystem(),
      network: undefined as unknown as NetworkNamespace,
      world,
      env: new Map(),
      program: () => undefined,
      programs: () => [],
    };
  }

  /** Files by absolute path; folders are what files are in. */
  private fileSystem(): FileSystem {
    const { files } = this;
    const isFolder = (path: string) => path === '/' || [...files.keys()].some((name) => name.startsWith(`${path}/`));
    const info = (path: string): FileInfo => {
      const text = files.get(path);
      if (text === undefined && !isFolder(path)) throw new FileError('ENOENT', path);
      return {
        type: text === undefined ? 'directory' : 'file',
        mode: 0o644,
        owner: 'root',
        group: 'root',
        size: text?.length ?? 0,
        modified: 0,
      };
    };
    const refuse = (path: string): never => {
      throw new FileError('EPERM', path);
    };
    return {
      resolve: (cwd, path) => {
        const parts: string[] = [];
        for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
          if (part === '..') parts.pop();
          else if (part !== '' && part !== '.') parts.push(part);
        }
        return `/${parts.join('/')}`;
      },
      read: (path) => {
        const text = files.get(path);
        if (text === undefined) throw new FileError(isFolder(path) ? 'EISDIR' : 'ENOENT', path);
        return text;
      },
      write: (path, text, options) => {
        files.set(path, options?.append === true ? `${files.get(path) ?? ''}${text}` : text);
      },
      exists: (path) => files.has(path) || isFolder(path),
      stat: info,
      lstat: info,
      list: (path) => {
        const prefix = path === '/' ? '/' : `${path}/`;
        const names = [...files.keys()]
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
        return [...new Set(names)].sort();
      },
      makeDirectory: () => {},
      remove: (path) => {
        files.delete(path);
      },
      rename: (from, to) => {
        files.set(to, files.get(from) ?? '');
        files.delete(from);
      },
      symlink: (_, path) => refuse(path),
      chmod: () => {},
      chown: () => {},
      touch: () => {},
      onChange: () => () => {},
    };
  }
}

function textInput(text: string): Input {
  let rest: string | null = text === '' ? null : text;
  return {
    tty: false,
    close: () => {},
    *read() {
      yield* sleep(0);
      const chunk = rest;
      rest = null;
      return chunk;
    },
    *readLine() {
      yield* sleep(0);
      if (rest === null) return null;
      const at = rest.indexOf('\n');
      const found: string = at < 0 ? rest : rest.slice(0, at);
      rest = at < 0 || at + 1 === rest.length ? null : rest.slice(at + 1);
      return found;
    },
  };
}
