import type {
  ContainerExit,
  ContainerLog,
  ContainerRuntime,
  ExecOptions,
  ExecSession,
  LogLine,
  PullResult,
  RunningContainer,
  StartOptions,
} from '../cluster/kubelet/runtime.ts';
import { Computer, loadProgram, type Process } from '../machines/computer.ts';
import { Environment } from '../machines/environment.ts';
import type { World } from '../machines/machine.ts';
import { type Layer, MemoryFs } from '../machines/memory-fs.ts';
import type { Input, Output, Program, ProgramEntry } from '../machines/process.ts';
import { ControlFlow } from '../machines/shell/flow.ts';
import { interactiveShell } from '../machines/shell/interactive.ts';
import { COMMANDS } from '../machines/shell/observer.ts';
import { Shell } from '../machines/shell/shell.ts';
import { callbackOutput, EMPTY_INPUT, Pipe } from '../machines/streams.ts';
import { Tty } from '../machines/terminal/tty.ts';
import type { Image } from './image.ts';
import { findImage, parseReference } from './index.ts';

const NO_FILES: Layer = {};

/** A script with no other command than `exec "$@"`. */
const HANDS_OVER = /^(?:[ \t]*(?:#.*)?\n)*[ \t]*exec "\$@"\s*$/;

/** Log lines kept per container. */
const LOG_LIMIT = 20_000;

/** What the runtime needs of the product around it. */
export interface RuntimeOptions {
  readonly world: () => World;
  /** Every program there is, by name. */
  readonly programs: readonly ProgramEntry[];
  /** Told of machines that come and go, for terminals and lesson checks. */
  readonly onMachine?: (machine: Computer, running: boolean) => void;
}

/** The container runtime: images are files, containers are computers with one first process. */
export function createRuntime(options: RuntimeOptions): ContainerRuntime {
  const byName = new Map(
    options.programs.map((entry) => [entry.make === undefined ? entry.name : `${entry.name}@${entry.make}`, entry]),
  );
  const perImage = new Map<Image, readonly ProgramEntry[]>();
  let counter = 0;
  const programsOf = (image: Image): readonly ProgramEntry[] => {
    let list = perImage.get(image);
    if (list === undefined) {
      list = image.programs.flatMap((name) => byName.get(name) ?? []);
      perImage.set(image, list);
    }
    return list;
  };
  return {
    pull(reference): PullResult {
      const image = findImage(reference);
      const random = options.world().sim.random.stream(`pull/${reference}`);
      if ('error' in image) return { ok: false, message: image.error, durationMs: 700 + random.below(900) };
      return {
        ok: true,
        imageId: `${parseReference(reference).full.replace(/:[^:]*$/, '')}@sha256:${digest(reference)}`,
        sizeBytes: image.sizeBytes,
        durationMs: image.pullMs * random.between(0.8, 1.4),
      };
    },
    start(start: StartOptions): RunningContainer {
      const image = findImage(start.container.image ?? '');
      const id = `containerd://${digest(`${start.pod.metadata?.uid}/${start.container.name}/${start.restartCount}/${counter++}`)}`;
      if ('error' in image) throw new Error(image.error);
      return new Container(id, image, start, options, programsOf(image));
    },
  };
}

/** From so many variables on, containers that are started with the same list share them. */
const MANY_VARIABLES = 200;
const SHARED = new WeakMap<StartOptions['env'], ReadonlyMap<string, string>>();

function sharedVariables(list: StartOptions['env']): ReadonlyMap<string, string> {
  let variables = SHARED.get(list);
  if (variables === undefined) {
    variables = new Map(list);
    SHARED.set(list, variables);
  }
  return variables;
}

class Container implements RunningContainer {
  readonly id: string;
  readonly log: ContainerLog;
  private readonly computer: Computer;
  private readonly lines: LogLine[] = [];
  private readonly followers = new Set<(line: LogLine | undefined) => void>();
  private readonly image: Image;
  private readonly world: World;
  private readonly options: RuntimeOptions;
  private readonly unwatch: (() => void)[] = [];
  private main: Process | undefined;
  private tty: Tty | undefined;
  private keys: Pipe | undefined;
  private ended = false;
  private stdinOnce = false;
  private readonly attached = new Set<(text: string, stream: 'stdout' | 'stderr') => void>();
  private readonly exits = new Set<(code: number) => void>();

  constructor(
    id: string,
    image: Image,
    start: StartOptions,
    options: RuntimeOptions,
    programs: readonly ProgramEntry[],
  ) {
    this.id = id;
    this.image = image;
    this.options = options;
    const world = options.world();
    this.world = world;
    const { lines, followers } = this;
    this.log = {
      lines,
      follow: (listener) => {
        // There is nothing more to come of a container that has ended.
        if (this.ended) world.sim.schedule(0, () => listener(undefined));
        else followers.add(listener);
        return () => followers.delete(listener);
      },
    };
    const { network, pod, container } = start;
    const many = start.env.length > MANY_VARIABLES;
    const env = many ? new Environment(sharedVariables(start.env)) : new Map<string, string>();
    // The pod's variables come before those of the image.
    for (const [key, value] of image.env) if (!env.has(key)) env.set(key, value);
    if (!env.has('HOSTNAME')) env.set('HOSTNAME', network.hostname);
    if (!many) for (const [key, value] of start.env) env.set(key, value);
    env.set('HOME', image.user === undefined ? '/root' : (image.workdir ?? '/'));
    const random = world.sim.random.stream(`fs/${id}`);
    const fs = new MemoryFs({
      now: () => world.sim.calendar(),
      layers: [image.files ?? NO_FILES],
      own: etcOf(network, pod.spec?.hostname ?? network.hostname, start.etc),
      user: image.user ?? 'root',
      random: () => random.text(64, 'abcdefghijklmnopqrstuvwxyz0123456789'),
    });
    for (const mount of start.volumes) {
      const put = () => {
        const single = mount.subPath === undefined ? undefined : mount.volume.files.get(mount.subPath);
        if (single !== undefined) fs.write(mount.mountPath, single.text, { mode: single.mode });
        else
          fs.mount(mount.mountPath, () => mount.volume.files, {
            readOnly: mount.readOnly || mount.volume.kind === 'projected',
            atomic: mount.volume.kind === 'projected',
          });
      };
      put();
      if (mount.subPath === undefined) this.unwatch.push(mount.volume.onReplace(put));
    }
    const { name = '', namespace = '' } = pod.metadata ?? {};
    this.computer = new Computer({
      id: `pod/${namespace}/${name}`,
      kind: 'container',
      hostname: network.hostname,
      user: image.user ?? 'root',
      home: image.user === undefined ? '/root' : (image.workdir ?? '/'),
      fs,
      network,
      world,
      env,
      programs,
    });
    const command = container.command ?? (container.command === undefined ? image.entrypoint : []);
    const args = container.args ?? (container.command === undefined ? image.cmd : []);
    this.run(this.handedOver([...command, ...args]), start);
  }

  /** What is left of a command once scripts that only hand over to it (`exec "$@"`) have done so. */
  private handedOver(argv: readonly string[]): readonly string[] {
    const [name = ''] = argv;
    const { fs } = this.computer;
    const isScript = argv.length > 1 && this.computer.program(name) === undefined && fs.exists(name);
    return isScript && fs.stat(name).type === 'file' && HANDS_OVER.test(fs.read(name)) ? argv.slice(1) : argv;
  }

  private run(argv: readonly string[], start: StartOptions): void {
    const { container } = start;
    this.stdinOnce = container.stdinOnce === true;
    const [name = ''] = argv;
    const known = this.computer.program(name) !== undefined || this.computer.fs.exists(name);
    if (argv.length === 0 || !known) {
      const message =
        argv.length === 0
          ? 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: no command specified'
          : `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${name}": ${name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'}`;
      this.world.sim.schedule(0, () => this.end({ exitCode: 128, startError: message }, start.onExit));
      return;
    }
    this.options.onMachine?.(this.computer, true);
    const writer = (stream: 'stdout' | 'stderr') => this.writer(stream);
    let streams: { stdin: Input; stdout: Output; stderr: Output; terminal?: Tty };
    if (container.tty === true) {
      const tty = new Tty(80, 24, (text) => this.emit(text, 'stdout'));
      this.tty = tty;
      streams = { stdin: tty.input, stdout: tty.output, stderr: tty.output, terminal: tty };
    } else {
      this.keys = container.stdin === true ? new Pipe() : undefined;
      streams = { stdin: this.keys?.input ?? EMPTY_INPUT, stdout: writer('stdout'), stderr: writer('stderr') };
    }
    const process = this.computer.start({
      argv,
      env: this.computer.env,
      cwd: container.workingDir ?? this.image.workdir ?? '/',
      ...streams,
      program: entryProgram(this.computer, argv, this.image),
    });
    this.main = process;
    if (this.tty !== undefined) this.tty.foreground = [process];
    process.onExit((code) =>
      this.end({ exitCode: code, ...(code > 128 && code !== 137 ? { signal: code - 128 } : {}) }, start.onExit),
    );
  }

  stop(graceMs: number): void {
    const process = this.main;
    if (process?.alive !== true) return;
    process.signalTree('SIGTERM');
    this.world.sim.schedule(graceMs, () => {
      if (process.alive) process.signalTree('SIGKILL');
    });
  }

  destroy(): void {
    this.ended = true;
    this.computer.cut();
    this.close();
  }

  exec(options: ExecOptions): ExecSession | { readonly error: string } {
    const [name = ''] = options.command;
    if (this.computer.program(name) === undefined && !this.computer.fs.exists(name))
      return {
        error: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ${name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'}`,
      };
    return this.session(options);
  }

  attach(options: { readonly stdin: boolean; readonly tty: boolean }): ExecSession | { readonly error: string } {
    const container = this;
    const listeners: ((text: string, stream: 'stdout' | 'stderr') => void)[] = [];
    const relay = (text: string, stream: 'stdout' | 'stderr') => {
      for (const listener of listeners) listener(text, stream);
    };
    this.attached.add(relay);
    // stdinOnce: the first client to leave ends the container's input; otherwise it stays open for the next one.
    const leave = () => {
      if (this.stdinOnce) this.keys?.end();
    };
    return {
      write(text) {
        if (!options.stdin) return;
        if (container.tty !== undefined) container.tty.feed(text);
        else container.keys?.push(text);
      },
      closeInput: leave,
      resize: (columns, rows) => this.tty?.resize(columns, rows),
      signal: () => this.main?.signalTree('SIGINT'),
      onOutput: (listener) => listeners.push(listener),
      onExit: (listener) => {
        this.exits.add(listener);
      },
      detach: () => {
        this.attached.delete(relay);
        if (options.stdin) leave();
      },
    };
  }

  private session(options: ExecOptions): ExecSession {
    const outputs: ((text: string, stream: 'stdout' | 'stderr') => void)[] = [];
    const exits: ((code: number) => void)[] = [];
    let exited: number | undefined;
    const early: [string, 'stdout' | 'stderr'][] = [];
    const emit = (text: string, stream: 'stdout' | 'stderr') => {
      if (outputs.length === 0) early.push([text, stream]);
      for (const listener of outputs) listener(text, stream);
    };
    const tty = options.tty
      ? new Tty(options.columns ?? 80, options.rows ?? 24, (text) => emit(text, 'stdout'))
      : undefined;
    const pipe = options.stdin && tty === undefined ? new Pipe() : undefined;
    const env = new Map(this.computer.env);
    if (tty !== undefined) env.set('TERM', 'xterm');
    const process = this.computer.start({
      argv: options.command,
      env,
      cwd: this.image.workdir ?? '/',
      stdin: tty?.input ?? pipe?.input ?? EMPTY_INPUT,
      stdout: tty?.output ?? callbackOutput((text) => emit(text, 'stdout')),
      stderr: tty?.output ?? callbackOutput((text) => emit(text, 'stderr')),
      ...(tty === undefined ? {} : { terminal: tty }),
      program: entryProgram(this.computer, options.command, this.image),
    });
    if (tty !== undefined && tty.foreground.length === 0) tty.foreground = [process];
    process.onExit((code) => {
      exited = code;
      for (const listener of exits) listener(code);
    });
    return {
      write: (text) => (tty === undefined ? pipe?.push(text) : tty.feed(text)),
      closeInput: () => pipe?.end(),
      resize: (columns, rows) => tty?.resize(columns, rows),
      signal: (signal) => process.signalTree(signal === 9 ? 'SIGKILL' : signal === 2 ? 'SIGINT' : 'SIGTERM'),
      onOutput: (listener) => {
        outputs.push(listener);
        for (const [text, stream] of early.splice(0)) listener(text, stream);
      },
      onExit: (listener) => {
        if (exited === undefined) exits.push(listener);
        else listener(exited);
      },
      detach: () => {},
    };
  }

  private writer(stream: 'stdout' | 'stderr'): Output {
    return callbackOutput((text) => this.emit(text, stream));
  }

  private partial = '';

  private emit(text: string, stream: 'stdout' | 'stderr'): void {
    for (const listener of this.attached) listener(text, stream);
    const parts = (this.partial + text).split('\n');
    this.partial = parts.pop() ?? '';
    for (const part of parts) {
      const line: LogLine = { at: this.world.sim.now(), stream, text: part.replace(/\r$/, '') };
      this.lines.push(line);
      if (this.lines.length > LOG_LIMIT) this.lines.splice(0, LOG_LIMIT / 10);
      for (const follower of this.followers) follower(line);
    }
  }

  private end(exit: ContainerExit, onExit: (exit: ContainerExit) => void): void {
    if (this.ended) return;
    this.ended = true;
    this.computer.cut();
    this.close();
    for (const listener of this.exits) listener(exit.exitCode);
    onExit(exit);
  }

  private close(): void {
    this.options.onMachine?.(this.computer, false);
    for (const stop of this.unwatch) stop();
    for (const follower of this.followers) follower(undefined);
  }
}

/** What runs for a container's command: a program, or a shell for scripts and for `sh` itself. */
function entryProgram(computer: Computer, argv: readonly string[], image: Image): Program {
  const [name = ''] = argv;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const prompt = image.prompt?.replace('$HOSTNAME', computer.hostname);
  if (base === 'sh' || base === 'bash' || base === 'ash') return shellProgram(base === 'bash' ? 'bash' : 'sh', prompt);
  const entry = computer.program(name);
  if (entry !== undefined || !computer.fs.exists(name))
    return {
      name,
      summary: '',
      *run(context) {
        const program = yield* loadProgram(computer, name);
        return yield* program?.catchesSignals === true ? program.run(context) : context.run(argv);
      },
    };
  // A script with a first line: the shell runs it with the arguments.
  return {
    name,
    summary: '',
    *run(context) {
      const process = computer.processes.get(context.pid);
      if (process === undefined) return 1;
      const shell = new Shell(context, computer, process, { name, flavour: 'sh' });
      shell.positional = argv.slice(1);
      return yield* shell.runToExit(context.fs.read(name));
    },
  };
}

/** The shell as a program: `sh -c TEXT`, `sh FILE`, or interactive on a terminal. */
export function shellProgram(flavour: 'bash' | 'sh', prompt?: string, label?: string): Program {
  return {
    name: flavour,
    summary: 'command interpreter',
    *run(context) {
      const computer = context.machine as Computer;
      const process = computer.processes.get(context.pid);
      if (process === undefined) return 1;
      const args = context.argv.slice(1);
      const shell = new Shell(context, computer, process, { name: flavour === 'bash' ? 'bash' : 'sh', flavour });
      shell.observer = computer.world.service(COMMANDS);
      while (args[0]?.startsWith('-') === true && args[0] !== '-c' && args[0] !== '--') {
        const flag = args.shift() ?? '';
        if (flag === '-s') break;
        for (const letter of flag.slice(1)) {
          if (letter === 'c') args.unshift('-c');
          const option = { e: 'errexit', x: 'xtrace', u: 'nounset' }[letter];
          if (option !== undefined) shell.options.add(option);
        }
      }
      if (args[0] === '-c') {
        shell.scripted = true;
        shell.positional = args.slice(3);
        if (args[2] !== undefined) shell.name = args[2];
        return yield* shell.runToExit(args[1] ?? '');
      }
      if (args[0] !== undefined) {
        const path = context.fs.resolve(context.cwd, args[0]);
        if (!context.fs.exists(path)) {
          yield* context.stderr.write(`${flavour}: ${args[0]}: No such file or directory\n`);
          return 127;
        }
        shell.name = args[0];
        shell.scripted = true;
        shell.positional = args.slice(1);
        return yield* shell.runToExit(context.fs.read(path));
      }
      if (context.terminal instanceof Tty) {
        const style = { label: label ?? computer.hostname, ...(prompt === undefined ? {} : { prompt }) };
        return yield* shell.leave(yield* interactiveShell(shell, context.terminal, style));
      }
      // Commands from standard input, line by line, as they come.
      try {
        for (;;) {
          const line = yield* context.stdin.readLine();
          if (line === null) return yield* shell.leave(shell.status);
          yield* shell.run(line);
        }
      } catch (error) {
        if (!(error instanceof ControlFlow)) throw error;
        return yield* shell.leave(error.value);
      }
    },
  };
}

function etcOf(
  network: {
    hostname: string;
    address: string | undefined;
    resolver: { nameservers: readonly string[]; search: readonly string[]; ndots: number };
    hosts: ReadonlyMap<string, string>;
  },
  hostname: string,
  by?: 'docker',
): Readonly<Record<string, () => string>> {
  return {
    '/etc/hostname': () => `${hostname}\n`,
    '/etc/hosts': () =>
      by === 'docker'
        ? `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n${network.address ?? ''}\t${hostname}\n`
        : `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${network.address ?? ''}\t${hostname}\n${network.hosts.size === 0 ? '' : `\n# Entries added by HostAliases.\n${[...network.hosts].map(([name, ip]) => `${ip}\t${name}\n`).join('')}`}`,
    '/etc/resolv.conf': () =>
      `${network.resolver.search.length === 0 ? '' : `search ${network.resolver.search.join(' ')}\n`}${network.resolver.nameservers.map((server) => `nameserver ${server}\n`).join('')}${network.resolver.ndots === 1 ? '' : `options ndots:${network.resolver.ndots}\n`}`,
  };
}

/** 64 hex digits that stand for a text; no security in it. */
function digest(text: string): string {
  const parts: string[] = [];
  let hash = 0x811c9dc5;
  for (let length = 0; length < 64; length += 8) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ length, 0x01000193);
    parts.push((hash >>> 0).toString(16).padStart(8, '0'));
  }
  return parts.join('');
}
