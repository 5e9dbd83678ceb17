import type { NetworkNamespace } from '../../cluster/network/namespace.ts';
import { Lab } from '../../cluster/network/testing/lab.ts';
import { Computer } from '../../machines/computer.ts';
import type { MachineKind, ServiceKey, World } from '../../machines/machine.ts';
import { type Layer, MemoryFs } from '../../machines/memory-fs.ts';
import type { ProgramEntry, Signal } from '../../machines/process.ts';
import { callbackOutput, textInput } from '../../machines/streams.ts';
import { PROGRAMS } from '../registry.ts';

/** What a program left behind. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Virtual milliseconds it took. */
  readonly took: number;
}

/** Machines of a test cluster, to run programs on without a shell. */
export class Desk {
  readonly lab: Lab;
  private readonly world: World;
  private readonly services: ReadonlyMap<string, unknown>;

  constructor(lab: Lab = new Lab(), services: ReadonlyMap<string, unknown> = new Map()) {
    this.lab = lab;
    this.services = services;
    this.world = {
      sim: lab.sim,
      network: lab.network,
      machineByHost: () => undefined,
      service: <T>(key: ServiceKey<T>) => this.services.get(key.name) as T,
    };
  }

  /** A machine in a network namespace. */
  machine(
    network: NetworkNamespace,
    options: { kind?: MachineKind; user?: string; files?: Layer; programs?: readonly ProgramEntry[] } = {},
  ): Computer {
    const { place } = network;
    return new Computer({
      id: network.id,
      kind: options.kind ?? (place.at === 'pod' ? 'container' : place.at === 'node' ? 'node' : 'laptop'),
      hostname: network.hostname,
      user: options.user ?? 'root',
      home: '/root',
      fs: new MemoryFs({ now: () => this.lab.sim.calendar(), layers: [options.files ?? {}] }),
      network,
      world: this.world,
      env: new Map([['PATH', '/usr/bin']]),
      programs: options.programs ?? PROGRAMS,
    });
  }

  /** Runs a program to its end, or for `seconds` of virtual time and then sends it a signal. */
  async run(
    computer: Computer,
    line: string | readonly string[],
    options: { stdin?: string; tty?: boolean; seconds?: number; signal?: Signal } = {},
  ): Promise<Ran> {
    const { sim } = this.lab;
    let stdout = '';
    let stderr = '';
    const process = computer.start({
      argv: typeof line === 'string' ? line.split(' ') : line,
      stdout: callbackOutput((text) => {
        stdout += text;
      }, options.tty ?? false),
      stderr: callbackOutput((text) => {
        stderr += text;
      }, options.tty ?? false),
      ...(options.stdin === undefined ? {} : { stdin: textInput(options.stdin) }),
    });
    const began = sim.now();
    let status: number | undefined;
    process.onExit((code) => {
      status = code;
    });
    const limit = began + (options.seconds ?? 3600) * 1000;
    let signalled = false;
    while (status === undefined) {
      if (sim.held) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        continue;
      }
      const next = sim.nextAt();
      if (!signalled && (next === undefined || next > limit)) {
        signalled = true;
        sim.advanceTo(limit);
        process.signal(options.signal ?? 'SIGINT');
        continue;
      }
      if (next === undefined || next > limit + 60_000) throw new Error(`${computer.id}: ${String(line)} never ends`);
      sim.step();
    }
    return { status, stdout, stderr, took: sim.now() - began };
  }
}
