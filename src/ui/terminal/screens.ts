import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Session, TerminalSink } from '../app/session.ts';
import { loadWebFonts, webFonts } from '../theme/webFonts.ts';
import { linksOf } from './links.ts';
import { screenTheme } from './theme.ts';

/** How many lines of each terminal outlive a reload. */
const KEPT_LINES = 400;

interface Screen {
  readonly terminal: Terminal;
  readonly fit: FitAddon;
  /** xterm draws in here; it moves from place to place with the page's layout. */
  readonly element: HTMLDivElement;
  opened: boolean;
  /** Ctrl was tapped in the key row: the next key is taken with it. */
  ctrl: boolean;
}

/** The xterm screens of a session. A screen exists as long as its terminal, shown or not, so that no output is lost. */
export class Screens implements TerminalSink {
  private readonly session: Session;
  private readonly screens = new Map<number, Screen>();
  private last = { columns: 80, rows: 12 };
  private earlierShown = false;

  constructor(session: Session) {
    this.session = session;
    session.attach(this);
  }

  write(terminal: number, data: string): void {
    // The fonts' turn is once the first output stands there.
    this.screen(terminal).terminal.write(data, loadWebFonts);
  }

  closed(terminal: number): void {
    const screen = this.screens.get(terminal);
    this.screens.delete(terminal);
    screen?.terminal.dispose();
    screen?.element.remove();
  }

  size(): { readonly columns: number; readonly rows: number } {
    return this.last;
  }

  focus(terminal: number): void {
    this.screens.get(terminal)?.terminal.focus();
  }

  text(): readonly string[] {
    return [...this.screens.values()].map(({ terminal }) => {
      const buffer = terminal.buffer.normal;
      const lines: string[] = [];
      for (let row = Math.max(0, buffer.length - KEPT_LINES); row < buffer.length; row++) {
        const line = buffer.getLine(row);
        if (line === undefined) continue;
        const text = line.translateToString(!line.isWrapped);
        if (line.isWrapped) lines.push(`${lines.pop() ?? ''}${text}`);
        else lines.push(text);
      }
      return lines.join('\n').trimEnd();
    });
  }

  /** Puts a terminal's screen into a place of the page and fits it there. The result takes it out again. */
  show(id: number, place: HTMLElement): () => void {
    const screen = this.screen(id);
    place.append(screen.element);
    if (!screen.opened) {
      screen.opened = true;
      screen.terminal.open(screen.element);
      this.takeInsertions(id, screen);
    }
    const refit = () => this.fit(screen, place);
    const observer = new ResizeObserver(refit);
    observer.observe(place);
    refit();
    // The grid is measured in the font: again once that has arrived.
    webFonts().then(
      () => {
        if (!screen.element.isConnected) return;
        screen.terminal.options.fontFamily = MONO;
        refit();
      },
      () => {},
    );
    return () => {
      observer.disconnect();
      screen.element.remove();
    };
  }

  /** Takes the theme's colours anew. */
  recolour(): void {
    const theme = screenTheme();
    for (const { terminal } of this.screens.values()) terminal.options.theme = theme;
  }

  /** Sends what a key of the key row stands for. */
  press(id: number, data: string): void {
    const screen = this.screens.get(id);
    if (screen === undefined) return;
    this.send(id, screen, data);
    screen.terminal.focus();
  }

  /** Takes Ctrl with the next key, or no longer. Returns whether it is held now. */
  holdControl(id: number): boolean {
    const screen = this.screens.get(id);
    if (screen === undefined) return false;
    screen.ctrl = !screen.ctrl;
    screen.terminal.focus();
    return screen.ctrl;
  }

  private screen(id: number): Screen {
    const known = this.screens.get(id);
    if (known !== undefined) return known;
    const size = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--fs-12'));
    const terminal = new Terminal({
      cols: this.last.columns,
      rows: this.last.rows,
      fontFamily: FALLBACK_MONO,
      fontSize: Number.isFinite(size) ? size : 12,
      lineHeight: 1.14,
      letterSpacing: 0,
      fontWeight: 400,
      fontWeightBold: 600,
      theme: screenTheme(),
      minimumContrastRatio: 4.5,
      cursorBlink: false,
      cursorStyle: 'block',
      cursorInactiveStyle: 'outline',
      scrollback: 5000,
      // The scroll bar is as wide as the ruler.
      overviewRuler: { width: 9 },
      screenReaderMode: true,
      macOptionIsMeta: true,
      allowTransparency: false,
      drawBoldTextInBrightColors: false,
      smoothScrollDuration: 0,
    });
    const element = document.createElement('div');
    element.className = 'terminal-host';
    const screen: Screen = { terminal, fit: new FitAddon(), element, opened: false, ctrl: false };
    terminal.loadAddon(screen.fit);
    terminal.onData((data) => this.send(id, screen, data));
    terminal.onResize(({ cols, rows }) => {
      this.last = { columns: cols, rows };
      this.session.resize(id, cols, rows);
    });
    terminal.attachCustomKeyEventHandler((event) => this.key(event, terminal));
    terminal.registerLinkProvider(linksOf(terminal, this.session));
    this.screens.set(id, screen);
    this.showEarlier(terminal);
    return screen;
  }

  /** The first screen begins with what was on the screens at the last visit. */
  private showEarlier(terminal: Terminal): void {
    if (this.earlierShown) return;
    this.earlierShown = true;
    const lines = this.session.earlier.filter((text) => text !== '');
    if (lines.length === 0) return;
    terminal.write(`\u001b[2m${lines.join('\n').replaceAll('\n', '\r\n')}\u001b[0m\r\n`);
  }

  /**
   * Text that comes without a key: from a phone's suggestions, dictation, an emoji or character picker. In its mode for screen
   * readers xterm leaves such text alone; what keys and compositions bring it sends itself.
   */
  private takeInsertions(id: number, screen: Screen): void {
    const { textarea } = screen.terminal;
    if (textarea === undefined) return;
    let keyDown = false;
    textarea.addEventListener('keydown', () => {
      keyDown = true;
    });
    textarea.addEventListener('keyup', () => {
      keyDown = false;
    });
    textarea.addEventListener('blur', () => {
      keyDown = false;
    });
    textarea.addEventListener('input', (event) => {
      if (!(event instanceof InputEvent) || event.isComposing || keyDown) return;
      const inserts = event.inputType === 'insertText' || event.inputType === 'insertReplacementText';
      if (inserts && event.data !== null) this.send(id, screen, event.data);
    });
  }

  private fit(screen: Screen, place: HTMLElement): void {
    if (place.clientWidth < 40 || place.clientHeight < 20) return;
    screen.fit.fit();
    this.last = { columns: screen.terminal.cols, rows: screen.terminal.rows };
  }

  private send(id: number, screen: Screen, data: string): void {
    if (screen.ctrl && /^[a-z@[\\\]^_]$/i.test(data)) {
      screen.ctrl = false;
      this.session.input(id, String.fromCharCode(data.toUpperCase().charCodeAt(0) & 31));
    } else this.session.input(id, data);
  }

  /** Keys that are the page's, not the shell's. */
  private key(event: KeyboardEvent, terminal: Terminal): boolean {
    if (event.type !== 'keydown') return true;
    if (event.key === 'Escape' && event.shiftKey) {
      terminal.blur();
      document.querySelector<HTMLElement>('[data-place="terminal"] [role="tab"][aria-selected="true"]')?.focus();
      return false;
    }
    const copies =
      event.key.toLowerCase() === 'c' &&
      (event.metaKey || (event.ctrlKey && (event.shiftKey || terminal.hasSelection())));
    if (copies) {
      if (!terminal.hasSelection()) return !event.shiftKey && !event.metaKey;
      event.preventDefault();
      navigator.clipboard.writeText(terminal.getSelection()).then(
        () => terminal.clearSelection(),
        () => {},
      );
      return false;
    }
    // Ctrl V and Shift Insert paste through the browser's own paste event.
    if (event.key.toLowerCase() === 'v' && (event.ctrlKey || event.metaKey)) return false;
    return !(event.altKey && /^[1-4]$/.test(event.key));
  }
}

const FALLBACK_MONO =
  '"JetBrains Mono Variable", "JetBrains Mono", "SF Mono", ui-monospace, "Noto Sans Mono CJK SC", monospace';
/** The same list in other words: xterm measures anew only when the text of the setting changes. */
const MONO = `${FALLBACK_MONO}, "Courier New"`;
