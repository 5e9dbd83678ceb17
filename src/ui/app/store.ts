import { create } from 'zustand';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { LessonContent } from '../../lessons/content.ts';
import type { ClockState, LessonState, TerminalState, TimelineMark } from '../../playground/protocol.ts';
import type { Scene } from '../../playground/scene.ts';

/** How many marks of the time strip are kept. */
const MOST_MARKS = 2000;

export interface TerminalTab extends TerminalState {
  readonly id: number;
  readonly closed: boolean;
}

/** A `kubectl edit` that waits for the page. */
export interface PendingEdit {
  readonly id: number;
  readonly name: string;
  readonly text: string;
}

export type ApplyResult = 'applying' | 'applied' | 'unchanged' | 'failed';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What the page knows of the open playground. Filled by the session, once a frame at most. */
export interface SessionState {
  readonly phase: 'closed' | 'opening' | 'open' | 'crashed';
  readonly crash: string | undefined;
  readonly scene: Scene | undefined;
  readonly clock: ClockState | undefined;
  /** `performance.now()` when the clock's state arrived. */
  readonly clockAt: number;
  /** Virtual time at which the lesson began: the page's clock counts from here. */
  readonly origin: number;
  readonly marks: readonly TimelineMark[];
  readonly terminals: readonly TerminalTab[];
  readonly terminal: number | undefined;
  /** A command has printed something since the terminal was looked at last: where panes are tabs, its tab says so. */
  readonly unread: boolean;
  /** The laptop's files by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly edits: readonly PendingEdit[];
  readonly content: LessonContent | undefined;
  readonly lesson: LessonState | undefined;
  /** The step the learner has open; the lesson's own `current` may be further. */
  readonly viewed: string | undefined;
  /** The step whose own cluster is being made. */
  readonly preparing: string | undefined;
  readonly selected: ObjectRef | undefined;
  /** Whether the lesson selected it, to show what a step is about. */
  readonly selectedByLesson: boolean;
  /** What the pointer is on in another pane, to light up in the graph. */
  readonly pointed: ObjectRef | undefined;
  readonly saves: boolean;
}

export const CLOSED: SessionState = {
  phase: 'closed',
  crash: undefined,
  scene: undefined,
  clock: undefined,
  clockAt: 0,
  origin: 0,
  marks: [],
  terminals: [],
  terminal: undefined,
  unread: false,
  files: new Map(),
  edits: [],
  content: undefined,
  lesson: undefined,
  viewed: undefined,
  preparing: undefined,
  selected: undefined,
  selectedByLesson: false,
  pointed: undefined,
  saves: true,
};

export const useSession = create<SessionState>(() => CLOSED);

export function appendMarks(marks: readonly TimelineMark[], more: readonly TimelineMark[]): readonly TimelineMark[] {
  const all = [...marks, ...more];
  return all.length > MOST_MARKS ? all.slice(-MOST_MARKS) : all;
}

interface Notices {
  readonly toasts: readonly Toast[];
}

export const useNotices = create<Notices>(() => ({ toasts: [] }));

let nextToast = 1;

/** Shows a short message for some seconds. */
export function notify(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  const toast: Toast = { id: nextToast++, text, tone: 'plain', ...options };
  useNotices.setState(({ toasts }) => ({ toasts: [...toasts.filter((each) => each.text !== text), toast].slice(-3) }));
}

export function dismiss(id: number): void {
  useNotices.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
