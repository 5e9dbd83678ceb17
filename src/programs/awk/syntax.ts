/** An expression of an awk program. */
export type Expr =
  | { readonly k: 'num'; readonly value: number }
  | { readonly k: 'str'; readonly value: string }
  | { readonly k: 'regex'; readonly source: string }
  | { readonly k: 'var'; readonly name: string }
  | { readonly k: 'index'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly k: 'field'; readonly of: Expr }
  | { readonly k: 'unary'; readonly op: '!' | '-' | '+'; readonly of: Expr }
  | { readonly k: 'step'; readonly op: '++' | '--'; readonly prefix: boolean; readonly of: Expr }
  | { readonly k: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'concat'; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'match'; readonly negated: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'in'; readonly keys: readonly Expr[]; readonly array: string }
  | { readonly k: 'cond'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly k: 'assign'; readonly op: string; readonly to: Expr; readonly value: Expr }
  | { readonly k: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly k: 'getline';
      readonly to: Expr | undefined;
      readonly file: Expr | undefined;
      /** `file` is a command whose output is read. */
      readonly command?: boolean;
    };

/** A statement. */
export type Stmt =
  | { readonly k: 'expr'; readonly expr: Expr }
  | {
      readonly k: 'print';
      readonly args: readonly Expr[];
      readonly format: boolean;
      readonly out: Redirect | undefined;
    }
  | { readonly k: 'if'; readonly test: Expr; readonly yes: Stmt; readonly no: Stmt | undefined }
  | { readonly k: 'while'; readonly test: Expr; readonly body: Stmt; readonly first: boolean }
  | {
      readonly k: 'for';
      readonly init: Stmt | undefined;
      readonly test: Expr | undefined;
      readonly next: Stmt | undefined;
      readonly body: Stmt;
    }
  | { readonly k: 'forin'; readonly name: string; readonly array: string; readonly body: Stmt }
  | { readonly k: 'block'; readonly body: readonly Stmt[] }
  | { readonly k: 'delete'; readonly name: string; readonly keys: readonly Expr[] | undefined }
  | { readonly k: 'jump'; readonly to: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly k: 'exit'; readonly status: Expr | undefined }
  | { readonly k: 'return'; readonly value: Expr | undefined };

export interface Redirect {
  readonly mode: '>' | '>>' | '|';
  readonly file: Expr;
}

/** `pattern { action }`. */
export interface Rule {
  readonly on: 'BEGIN' | 'END' | 'line';
  readonly pattern?: Expr;
  /** The end of a range `from, to`. */
  readonly until?: Expr;
  readonly body: Stmt | undefined;
}

export interface Func {
  readonly params: readonly string[];
  readonly body: Stmt;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, Func>;
}

/** A program that awk cannot read; the message is mawk's. */
export class AwkSyntaxError extends Error {
  constructor(line: number, near: string) {
    super(`line ${line}: syntax error at or near ${near}`);
    this.name = 'AwkSyntaxError';
  }
}
