import type { ObjectRef } from '../cluster/api/types.ts';
import type { CauseLink, Trace } from '../cluster/network/trace.ts';
import type { LessonUpdate } from '../lessons/compile.ts';
import type { LessonContent, Problem } from '../lessons/content.ts';
import type { Lesson } from '../lessons/format.ts';
import type { LessonFolder } from '../lessons/parse.ts';
import type { FileEdit } from '../programs/hopscope/realise.ts';
import type { Source } from '../programs/hopscope/sources.ts';
import type { Scene } from './scene.ts';

/** How virtual time passes. */
export interface ClockState {
  /** Virtual milliseconds at the moment this was sent. */
  readonly at: number;
  /** Calendar time of virtual time 0. */
  readonly epoch: number;
  readonly paused: boolean;
  /** 1, 10, 100: virtual milliseconds per wall-clock millisecond. */
  readonly speed: number;
  /** While true, virtual time stands still as long as the page follows a packet of a command the learner typed. */
  readonly follow: boolean;
  /** True while time is held for a followed packet: the terminal waits for its reply. */
  readonly holding: boolean;
}

/** Something worth a mark on the time strip. */
export interface TimelineMark {
  readonly at: number;
  readonly lane: 'cluster' | 'packets';
  readonly glyph:
    | 'pods'
    | 'pending'
    | 'ready'
    | 'notready'
    | 'terminating'
    | 'failed'
    | 'service'
    | 'endpoint'
    | 'node'
    | 'http'
    | 'dns'
    | 'tls'
    | 'reply'
    | 'drop';
  readonly ref?: ObjectRef;
  readonly trace?: number;
  /** For the tooltip: the event in kubectl's words. */
  readonly text: string;
}

export interface LessonState {
  readonly slug: string;
  /** Id of the step the learner is at; undefined when all are done. */
  readonly current: string | undefined;
  /** Where steps have starts of their own: the step that the cluster was made for. */
  readonly begun?: string;
  readonly steps: readonly StepState[];
}

export interface StepState {
  readonly id: string;
  readonly done: boolean;
  readonly checks: readonly { readonly id: string; readonly passed: boolean; readonly now?: string }[];
  /** The answer the learner gave to the step's prediction, once given. */
  readonly predicted?: string;
  /** Hint that fits what the learner did; the page shows it as an offer. */
  readonly hint?: string;
  /** Help that the learner took: `why`, `solution`, ids of hints. */
  readonly help?: readonly string[];
}

/** What the page is told, in order. Everything that changes often is sent at most 20 times a second. */
export type PlaygroundEvent =
  | { readonly type: 'scene'; readonly scene: Scene }
  | { readonly type: 'clock'; readonly clock: ClockState }
  | { readonly type: 'trace'; readonly trace: Trace; readonly followed: boolean }
  | { readonly type: 'marks'; readonly marks: readonly TimelineMark[] }
  | { readonly type: 'terminal'; readonly terminal: number; readonly data: string }
  | { readonly type: 'terminal-state'; readonly terminal: number; readonly state: TerminalState }
  | { readonly type: 'terminal-closed'; readonly terminal: number }
  | { readonly type: 'file'; readonly path: string; readonly text: string | null }
  | { readonly type: 'lesson'; readonly lesson: LessonState }
  /** `kubectl edit` waits for the page: answer with {@link Playground.finishEdit}. */
  | { readonly type: 'edit'; readonly id: number; readonly name: string; readonly text: string }
  | { readonly type: 'crash'; readonly message: string };

/** Where a terminal is now: its prompt's machine, and what runs. */
export interface TerminalState {
  /** Machine id and short name of the innermost shell: `laptop`, `905m`. */
  readonly machine: string;
  readonly label: string;
  readonly running?: string;
}

export interface OpenOptions {
  readonly cluster?: string;
  readonly lesson?: string;
  /** The lesson itself, where it is not one of the catalogue's: a draft. Goes before `lesson`. */
  readonly content?: LessonContent;
  readonly seed?: number;
  /** Calendar time at the start, in milliseconds since 1970: the page passes the real one. */
  readonly epoch?: number;
  /** State of an earlier visit, from {@link Playground.save}. */
  readonly saved?: string;
}

/** What an object's pane shows. */
export interface Inspection {
  readonly ref: ObjectRef;
  readonly yaml: string;
  /** Short facts: label (a message key, translated by the page) and machine text. */
  readonly facts: readonly {
    readonly label: string;
    readonly value: string;
    readonly ref?: ObjectRef;
    readonly state?: string;
  }[];
  readonly events: readonly {
    readonly at: number;
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly count: number;
  }[];
  /** The equivalent command: `kubectl describe svc my-nginx`. */
  readonly command: string;
}

/** A link of a chain of causes, with the line of the editor's file that says it, if one does. */
export interface WhyLink extends CauseLink {
  readonly source?: Source;
}

/** Something a person could do about a cause. */
export interface WhyFix {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly object?: ObjectRef;
  /** Files to change first. */
  readonly edits: readonly FileEdit[];
  /** Command lines for the laptop. */
  readonly commands: readonly string[];
  /** A node to turn on. */
  readonly power?: string;
  /** What to ask in place of the request, and on which machine. */
  readonly ask?: { readonly machine: string; readonly line: string };
}

/** Why a request failed, or what is worth knowing of one that did not. Words come from the codes. */
export interface WhyCard {
  readonly trace: number;
  /** The command line that asked. */
  readonly line: string;
  readonly ok: boolean;
  /** True where the learner is to find the cause: links and fixes are empty until {@link Playground.helped} with `why`. */
  readonly withheld?: boolean;
  readonly links: readonly WhyLink[];
  readonly fixes: readonly WhyFix[];
}

/** What came of a fix on a copy of the cluster. */
export interface TryCard {
  readonly ok: boolean;
  /** Virtual seconds from the change to the answer. */
  readonly seconds: number;
  readonly line: string;
  readonly output: string;
  /** What fails next; empty when nothing does. */
  readonly next: readonly WhyLink[];
}

/** A request that was made on a copy of the cluster, to be shown before the learner acts. */
export interface DemoCard {
  /** The command line, addresses filled in. */
  readonly line: string;
  /** Id and host name of the machine that ran it. */
  readonly machine: string;
  readonly label: string;
  /** The copy's cluster. */
  readonly scene: Scene;
  readonly traces: readonly Trace[];
  readonly output: string;
  readonly status: number;
}

/** How one check stands. `happened`: it held once during the step that was to do. */
export interface CheckFinding {
  readonly step: string;
  readonly check: string;
  readonly kind: 'now' | 'once';
  readonly holds: boolean;
  readonly happened: boolean;
  /** What is there instead: `1 / 2`. */
  readonly now?: string;
}

export type CaptureKind = 'solution' | 'start' | 'check';

/** What came of a lesson's proof. */
export interface ProofCard {
  readonly problems: readonly Problem[];
  readonly assertions: number;
  /** Checks whose deletion no listed wrong answer would notice: `step/check`. */
  readonly unguarded: readonly string[];
}

/** What a manifest's line would mean in the cluster as it is now. */
export interface Insight {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly code: 'selects' | 'selects-none' | 'port-unnamed' | 'port-closed' | 'object-missing' | 'key-missing';
  readonly facts: Readonly<Record<string, string>>;
  readonly severity: 'info' | 'warning';
}

/**
 * The one thing that the page and the command line talk to: a cluster, its machines and a lesson. In the browser it lives in
 * a worker and every call is asynchronous (comlink); in Node it runs in process.
 */
export interface Playground {
  open(options: OpenOptions, listener: (events: readonly PlaygroundEvent[]) => void): Promise<void>;
  /** A new terminal with a login shell; `machine` is `laptop` or a node's name. */
  openTerminal(machine: string, columns: number, rows: number): Promise<number>;
  /** Keys, as xterm sends them. */
  input(terminal: number, data: string): Promise<void>;
  resize(terminal: number, columns: number, rows: number): Promise<void>;
  closeTerminal(terminal: number): Promise<void>;
  /** Types a command line into a terminal as if the learner had, once it is at a prompt. */
  type(terminal: number, command: string): Promise<void>;
  /** Files of the laptop's home folder, which the editor shows. Paths are absolute. */
  files(): Promise<readonly { readonly path: string; readonly text: string }[]>;
  writeFile(path: string, text: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  finishEdit(id: number, text: string | null): Promise<void>;
  setSpeed(speed: number): Promise<void>;
  setPaused(paused: boolean): Promise<void>;
  setFollow(follow: boolean): Promise<void>;
  /** While paused: lets the next event happen. */
  step(): Promise<void>;
  /** The page has shown the packet to its end: time may go on. */
  packetShown(trace: number): Promise<void>;
  inspect(ref: ObjectRef): Promise<Inspection | null>;
  /** What the name or address in a line of terminal output stands for, if anything. */
  identify(word: string): Promise<ObjectRef | null>;
  /** Why the request that a trace belongs to went as it did. Null when it is too long ago. */
  why(trace: number): Promise<WhyCard | null>;
  /** Tries a fix of the card, by its number from 0, on a copy of the cluster. */
  tryFix(trace: number, fix: number): Promise<TryCard | null>;
  /** The demonstration of a step of the lesson, made on a copy of the cluster. Null when the step has none, or it cannot be shown. */
  demonstrate(step: string): Promise<DemoCard | null>;
  /** What can be said of a manifest's text by the cluster as it is now. */
  insights(text: string): Promise<readonly Insight[]>;
  predict(step: string, option: string): Promise<void>;
  /** The learner had themself shown something that counts as help: `why`, `solution`, a hint's id. */
  helped(step: string, what: string): Promise<void>;
  /** Puts the step's beginning back; goes to the step where steps have starts of their own. */
  resetStep(step: string): Promise<void>;
  /** Turns a node's power off or on; what `sudo poweroff` over ssh does. */
  setPower(node: string, on: boolean): Promise<void>;
  /** Reads a lesson's folder and says what is wrong with it. Needs no open playground. */
  compile(folder: LessonFolder): Promise<LessonUpdate>;
  /** Proves a lesson from both sides, on clusters of its own; takes a while. Needs no open playground. */
  prove(folder: LessonFolder): Promise<ProofCard>;
  /** How each check of a lesson stands on the cluster as it is, whatever step is to do. */
  findings(lesson: Lesson): Promise<readonly CheckFinding[]>;
  /**
   * `lesson.yaml` with what was done or what is there written into a step: the lines typed as a solution, the objects as the
   * starting state, or as a check. Null when there is nothing to write down.
   */
  capture(what: CaptureKind, source: string, step: string): Promise<string | null>;
  /** Another version of the lesson takes the place of the one that is open; the cluster goes on. For who writes lessons. */
  revise(content: LessonContent): Promise<void>;
  save(): Promise<string>;
  close(): Promise<void>;
}
