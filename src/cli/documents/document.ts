import { readFileSync } from 'node:fs';
import { Tty } from '../../machines/terminal/tty.ts';
import { Session } from '../../playground/session.ts';

/**
 * One document of the tutorial, followed from its first command to its last. A text of blocks: a line that begins with `$ ` is typed
 * on the laptop, one with `node $ ` on a node, one with a prompt `[ root@curl:/ ]$ ` at the prompt that the last command opened; the
 * lines below are what the document prints. `#` begins a remark.
 *
 * Names and numbers that no two clusters share (pods, addresses, ports, ages) stand for those of the run: the first line that fits
 * says which, and commands that follow are typed with them. `% new NAME …` says that a name stands for something else from here on.
 */
export interface Block {
  readonly place: 'laptop' | 'node' | 'prompt' | 'names';
  readonly command: string;
  readonly printed: readonly string[];
  /** Line of the document's text. */
  readonly line: number;
}

/** What a document promised and the run did not print. */
export interface Missing {
  readonly line: number;
  readonly command: string;
  readonly expected: string;
  readonly output: string;
}

const COMMAND = /^(?:(\$|%|node \$|\[ root@[\w-]+:\/ \]\$) )(.*)$/;

const PLACES: Readonly<Record<string, Block['place']>> = { $: 'laptop', '%': 'names', 'node $': 'node' };

/** Takes a document's text apart. */
export function parseDocument(text: string): Block[] {
  const blocks: { place: Block['place']; command: string; printed: string[]; line: number }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('#') || line.trim() === '' || line.trim() === '...') continue;
    const found = COMMAND.exec(line);
    if (found === null) blocks.at(-1)?.printed.push(line);
    else
      blocks.push({
        place: PLACES[found[1] ?? ''] ?? 'prompt',
        command: found[2] ?? '',
        printed: [],
        line: index + 1,
      });
  }
  return blocks;
}

/** Words of a printed line that differ from run to run. */
const NAMES = [
  /my-nginx-\d{9,10}-\w{5}/,
  /curl-deployment-\d{9,10}-\w{5}/,
  /curl-\d{9}-\w{5}/,
  /10\.244\.\d+\.\d+/,
  /10\.0\.162\.149/,
  /172\.16\.\d+\.\d+/,
  /162\.222\.184\.144/,
  /106\.52\.161\.199/,
  /a320587ffd19711e5a37606cf4a74574-1142138393\.us-east-1\.elb\.amazonaws\.com/,
  /lb-mtcuxgks/,
  /\b3\d{4}\b/,
  /[\da-f]{8}-f61a-[\da-f-]+/,
];
const NAME = new RegExp(NAMES.map((each) => each.source).join('|'), 'g');
const AGE = /^\d+(?:s|m|h|d)\S*$/;

function words(line: string): string[] {
  return line.split(/[\s,]+/).filter((word) => word !== '');
}

/** Follows a document on a fresh cluster. */
export class Reader {
  readonly session: Session;
  private readonly names = new Map<string, string>();
  private keys: Tty | undefined;
  private screen = '';

  constructor(cluster: string) {
    this.session = new Session({ cluster });
  }

  /** Puts the manifests that a document prints into the learner's folder. */
  async ready(files: Readonly<Record<string, string>>): Promise<void> {
    await this.session.ready();
    for (const [name, file] of Object.entries(files))
      this.session.laptop.fs.write(
        `/home/learner/${name}`,
        readFileSync(new URL(`files/${file}`, import.meta.url), 'utf8'),
      );
  }

  /** What the document's name or number is in this run. */
  known(name: string): string {
    return this.names.get(name) ?? name;
  }

  /** Runs every block; the promises that were not kept. */
  async follow(text: string): Promise<Missing[]> {
    const missing: Missing[] = [];
    for (const block of parseDocument(text)) {
      if (block.place === 'names') {
        for (const name of words(block.command)) this.names.delete(name);
        continue;
      }
      const output = await this.run(block);
      const lines = output.split(/\r?\n/).map((line) => line.trimEnd());
      for (const expected of block.printed)
        if (!this.find(expected, lines)) missing.push({ line: block.line, command: block.command, expected, output });
    }
    return missing;
  }

  private filled(text: string): string {
    return text.replace(NAME, (name) => this.known(name));
  }

  private async run(block: Block): Promise<string> {
    const command = this.filled(block.command);
    if (block.place === 'prompt') return this.type(command);
    if (/ (?:-it|-i --tty)$/.test(command)) return this.open(command);
    const line = block.place === 'node' ? `ssh ${this.session.cluster.nodes.at(-1)?.name} ${quote(command)}` : command;
    return (await this.session.script(line)).output;
  }

  /** Starts a command at a terminal and waits for its prompt. */
  private async open(command: string): Promise<string> {
    const { laptop } = this.session;
    this.screen = '';
    const tty = new Tty(120, 40, (text) => {
      this.screen += text;
    });
    this.keys = tty;
    const process = laptop.start({
      argv: command.split(' '),
      stdin: tty.input,
      stdout: tty.output,
      stderr: tty.output,
      terminal: tty,
    });
    tty.foreground = [process];
    await this.session.script('sleep 20');
    tty.feed('\r');
    await this.session.script('sleep 2');
    return this.screen;
  }

  private async type(line: string): Promise<string> {
    this.screen = '';
    this.keys?.feed(`${line}\r`);
    await this.session.script('sleep 3');
    return this.screen;
  }

  /** Takes the first line that says what is expected away from the lines. */
  private find(expected: string, lines: string[]): boolean {
    const wanted = words(expected);
    for (const [index, line] of lines.entries()) {
      const found = this.match(wanted, words(line));
      if (found === undefined) continue;
      for (const [name, value] of found) this.names.set(name, value);
      lines.splice(index, 1);
      return true;
    }
    return false;
  }

  /** What names stand for if the words fit; undefined if they do not. Further columns of a newer version do no harm. */
  private match(wanted: readonly string[], given: readonly string[]): Map<string, string> | undefined {
    if (given.length < wanted.length) return undefined;
    const found = new Map<string, string>();
    for (const [index, word] of wanted.entries()) {
      const other = given[index] ?? '';
      if (word === other || (AGE.test(word) && AGE.test(other))) continue;
      const names = word.match(NAME);
      if (names === null) return undefined;
      const values = new RegExp(`^${escaped(word).replace(NAME_ESCAPED, '([\\w.-]+)')}$`).exec(other);
      if (values === null) return undefined;
      for (const [at, name] of names.entries()) {
        const value = values[at + 1] ?? '';
        const before = this.names.get(name) ?? found.get(name);
        if (before !== undefined && before !== value) return undefined;
        if (before === undefined && [...this.names, ...found].some(([, taken]) => taken === value)) return undefined;
        found.set(name, value);
      }
    }
    return found;
  }
}

const NAME_ESCAPED = new RegExp(NAMES.map((each) => each.source.replaceAll('\\.', '\\\\\\.')).join('|'), 'g');

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\<>]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
