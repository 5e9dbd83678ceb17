import type { Context } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';

const HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** Bytes that a transfer has seen so far. */
export interface Progress {
  /** Of the answer, when known. */
  total: number;
  received: number;
  sent: number;
}

/** curl's progress meter on standard error (lib/progress.c), or nothing when it is switched off. */
export class Meter {
  private readonly context: Context;
  private readonly style: 'none' | 'meter' | 'bar';
  private readonly began: number;
  private begun = false;
  readonly progress: Progress = { total: 0, received: 0, sent: 0 };

  constructor(context: Context, style: 'none' | 'meter' | 'bar') {
    this.context = context;
    this.style = style;
    this.began = context.machine.world.sim.now();
  }

  get shown(): boolean {
    return this.style === 'meter';
  }

  *start(): Routine {
    if (this.style !== 'meter' || this.begun) return;
    this.begun = true;
    yield* this.context.stderr.write(HEAD);
    yield* this.line();
  }

  /** Waits, with a line for every second that passes. */
  *wait(ms: number): Routine {
    if (this.style !== 'meter') {
      yield* sleep(ms);
      return;
    }
    const { sim } = this.context.machine.world;
    const end = sim.now() + ms;
    for (;;) {
      const next = this.began + (Math.floor((sim.now() - this.began) / 1000 + 1e-9) + 1) * 1000;
      if (next >= end - 1e-6) break;
      yield* sleep(next - sim.now());
      yield* this.line();
    }
    yield* sleep(Math.max(0, end - sim.now()));
  }

  /** The last line. */
  *finish(): Routine {
    if (this.style === 'bar') {
      if (this.progress.total > 0 || this.progress.received > 0)
        yield* this.context.stderr.write(`\r${'#'.repeat(72)} 100.0%\n`);
      return;
    }
    if (this.style !== 'meter' || !this.begun) return;
    yield* this.line();
    yield* this.context.stderr.write('\n');
  }

  private *line(): Routine {
    const { total, received, sent } = this.progress;
    const ms = this.context.machine.world.sim.now() - this.began;
    const average = (bytes: number) => (bytes === 0 ? 0 : Math.floor((bytes * 1000) / Math.max(ms, 0.05)));
    const current = received + sent === 0 ? 0 : Math.floor(((received + sent) * 1000) / Math.max(1, Math.floor(ms)));
    const percent = (part: number, whole: number) =>
      String(whole === 0 ? 0 : Math.floor((part * 100) / whole)).padStart(3);
    const all = total + sent;
    yield* this.context.stderr.write(
      `\r${percent(received + sent, all)} ${size(all)}  ${percent(received, total)} ${size(received)}  ${percent(sent, sent)} ${size(sent)}  ${size(average(received))}  ${size(average(sent))} --:--:-- ${clock(ms)} --:--:-- ${size(current)}`,
    );
  }
}

/** `max5data`: a number in five characters. */
function size(bytes: number): string {
  const kilo = 1024;
  const mega = kilo * kilo;
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * kilo) return `${String(Math.floor(bytes / kilo)).padStart(4)}k`;
  if (bytes < 100 * mega) {
    const whole = Math.floor(bytes / mega);
    return `${String(whole).padStart(2)}.${Math.floor((bytes % mega) / (mega / 10))}M`;
  }
  if (bytes < 10_000 * mega) return `${String(Math.floor(bytes / mega)).padStart(4)}M`;
  return `${String(Math.floor(bytes / (mega * kilo))).padStart(4)}G`;
}

/** `  0:00:03`, or dashes before the first second is over. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000 + 1e-9);
  if (seconds <= 0) return '--:--:--';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
