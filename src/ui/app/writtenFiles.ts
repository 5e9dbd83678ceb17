import { type Draft, dropDraft, keepDraft } from './drafts.ts';

/** How long typing in the editor rests before the laptop's file is written, in ms. */
const WRITE_AFTER = 150;
const MOST_ECHOES = 8;

/** What files that are being written need of the session they belong to. */
export interface Laptop {
  readonly key: string;
  write(path: string, text: string): void;
  /** Whether this tab may keep anything: another one may have the lesson open. */
  keeps(): boolean;
  /** The last lines of the terminals; undefined while none is shown. */
  scrollback(): readonly string[] | undefined;
}

/** Files on their way from the editor to the laptop and into what the browser keeps. */
export class WrittenFiles {
  private readonly laptop: Laptop;
  private readonly unwritten = new Map<string, string>();
  /** Files that changed since the session was kept; null: removed. */
  private unkept = new Map<string, string | null>();
  private readonly echoes = new Map<string, readonly string[]>();
  private writing: ReturnType<typeof setTimeout> | undefined;

  constructor(laptop: Laptop) {
    this.laptop = laptop;
  }

  /** Takes a text from the editor. The laptop gets it after a moment without further writing. */
  write(path: string, text: string): void {
    this.unwritten.set(path, text);
    this.unkept.set(path, text);
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.flush(), WRITE_AFTER);
  }

  /** Gives the laptop at once what it does not have yet. */
  flush(): void {
    clearTimeout(this.writing);
    for (const [path, text] of this.unwritten) {
      this.echoes.set(path, [...(this.echoes.get(path) ?? []), text].slice(-MOST_ECHOES));
      this.laptop.write(path, text);
    }
    this.unwritten.clear();
    this.draft();
  }

  /** A file was removed in the page. */
  remove(path: string): void {
    this.unwritten.delete(path);
    this.unkept.set(path, null);
    this.draft();
  }

  /** A file changed on the laptop; null: removed there. Whether the page has to show it: not when it wrote that text itself. */
  heard(path: string, text: string | null): boolean {
    this.unkept.set(path, text);
    return text === null || !this.isEcho(path, text);
  }

  /** Keeps at once, without waiting for the browser's database, what it does not have yet. */
  draft(withScrollback = false): void {
    if (!this.laptop.keeps() || (this.unkept.size === 0 && !withScrollback)) return;
    const scrollback = withScrollback ? this.laptop.scrollback() : undefined;
    const draft: Draft = {
      files: Object.fromEntries(this.unkept),
      ...(scrollback === undefined ? {} : { scrollback }),
    };
    keepDraft(this.laptop.key, draft);
  }

  /** The session is about to be kept: what is returned is told whether it was. */
  keeping(): (kept: boolean) => void {
    const unkept = this.unkept;
    this.unkept = new Map();
    return (kept) => {
      if (!kept) this.unkept = new Map([...unkept, ...this.unkept]);
      else if (this.unkept.size === 0) dropDraft(this.laptop.key);
    };
  }

  /** What was written before is no longer to be told from what the laptop has. */
  forget(): void {
    this.echoes.clear();
  }

  end(): void {
    clearTimeout(this.writing);
  }

  /** Whether a file's text is one that the page itself has written: its echo must not undo what was typed since. */
  private isEcho(path: string, text: string): boolean {
    if (this.unwritten.has(path)) return true;
    const written = this.echoes.get(path) ?? [];
    const index = written.lastIndexOf(text);
    if (index < 0) return false;
    this.echoes.set(path, written.slice(index + 1));
    return true;
  }
}
