/** One rule: how a target is made. */
export interface Rule {
  readonly target: string;
  readonly needs: readonly string[];
  /** Lines of the recipe, with the line of the file that each stands on. */
  readonly recipe: readonly { readonly text: string; readonly line: number }[];
}

/** A makefile that cannot be read, in GNU make's words. */
export class MakefileError extends Error {
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: *** ${message}.  Stop.`);
    this.name = 'MakefileError';
  }
}

/** A makefile: variables, rules, and which target comes first. */
export class Makefile {
  readonly rules = new Map<string, Rule>();
  readonly phony = new Set<string>();
  first: string | undefined;
  private readonly variables = new Map<string, string>();
  /** Variables of the command line: assignments of the file do not change them. */
  private readonly fixed: ReadonlySet<string>;
  private readonly environment: ReadonlyMap<string, string>;

  /** @throws MakefileError */
  constructor(
    text: string,
    file: string,
    given: ReadonlyMap<string, string>,
    environment: ReadonlyMap<string, string>,
  ) {
    this.fixed = new Set(given.keys());
    this.environment = environment;
    for (const [name, value] of given) this.variables.set(name, value);
    this.parse(text, file);
  }

  /** Replaces `$(NAME)`, `${NAME}` and what `automatic` knows (`@`, `<`, `^`); `$$` is a dollar. */
  expand(text: string, automatic: Readonly<Record<string, string>> = {}, depth = 0): string {
    if (depth > 50) return '';
    return text.replace(/\$(\$|\(([^()]*)\)|\{([^{}]*)\}|.)/g, (_, all: string, round?: string, curly?: string) => {
      if (all === '$') return '$';
      const name = (round ?? curly ?? all).trim();
      const found = automatic[name] ?? this.variables.get(name) ?? this.environment.get(name) ?? '';
      return this.expand(found, automatic, depth + 1);
    });
  }

  private parse(text: string, file: string): void {
    const lines = text.replace(/\r\n/g, '\n').split('\n');
    let open: { targets: readonly string[]; recipe: { text: string; line: number }[]; needs: string[] } | undefined;
    const close = () => {
      for (const target of open?.targets ?? []) {
        const before = this.rules.get(target);
        const recipe = open?.recipe ?? [];
        this.rules.set(target, {
          target,
          needs: [...(before?.needs ?? []), ...(open?.needs ?? [])],
          recipe: recipe.length > 0 ? recipe : (before?.recipe ?? []),
        });
      }
      open = undefined;
    };
    for (let index = 0; index < lines.length; index++) {
      const number = index + 1;
      let line = lines[index] ?? '';
      while (line.endsWith('\\') && index + 1 < lines.length) {
        const next = lines[++index] ?? '';
        line = line.startsWith('\t') ? `${line}\n${next.replace(/^\t/, '')}` : `${line.slice(0, -1)} ${next.trim()}`;
      }
      if (line.startsWith('\t')) {
        if (open === undefined) {
          if (line.trim() === '') continue;
          throw new MakefileError(file, number, 'recipe commences before first target');
        }
        open.recipe.push({ text: line.slice(1), line: number });
        continue;
      }
      const bare = line.replace(/(^|[^\\])#.*$/, '$1').trimEnd();
      if (bare.trim() === '') continue;
      const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(\?=|:=|::=|\+=|=)\s*(.*)$/.exec(bare);
      if (assignment !== null) {
        close();
        this.assign(assignment[1] ?? '', assignment[2] ?? '=', assignment[3] ?? '');
        continue;
      }
      const rule = /^([^:=]+?)\s*::?(?!=)\s*([^;]*)(?:;(.*))?$/.exec(bare);
      if (rule === null) {
        const spaces = /^ {8}\S/.test(line) && open !== undefined;
        throw new MakefileError(
          file,
          number,
          spaces ? 'missing separator (did you mean TAB instead of 8 spaces?)' : 'missing separator',
        );
      }
      close();
      const targets = this.expand(rule[1] ?? '')
        .split(/\s+/)
        .filter((word) => word !== '');
      const needs = this.expand(rule[2] ?? '')
        .split(/\s+/)
        .filter((word) => word !== '');
      if (targets.includes('.PHONY')) {
        for (const need of needs) this.phony.add(need);
        continue;
      }
      this.first ??= targets.find((target) => !target.startsWith('.'));
      open = { targets, needs, recipe: rule[3] === undefined ? [] : [{ text: rule[3].trim(), line: number }] };
    }
    close();
  }

  private assign(name: string, operator: string, value: string): void {
    if (this.fixed.has(name)) return;
    const before = this.variables.get(name);
    if (operator === '?=' && (before !== undefined || this.environment.has(name))) return;
    if (operator === '+=') this.variables.set(name, before === undefined ? value : `${before} ${value}`);
    else this.variables.set(name, operator.startsWith(':') ? this.expand(value) : value);
  }
}
