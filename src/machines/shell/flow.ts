/** Leaves a loop, a function, the command line or the shell. */
export class ControlFlow extends Error {
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'abort';
  readonly value: number;

  constructor(kind: ControlFlow['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}
