/** When the terminal does not come within this many ms, nothing is kept waiting for it any longer. */
const PATIENCE = 4000;

let first: Promise<void> | undefined;

/**
 * Asks for the terminal, and resolves once it is here. What may come behind the prompt waits for this, because on a slow line they
 * would share it. Never rejects.
 */
export function terminalFirst(): Promise<void> {
  first ??= Promise.race([
    import('./screens.ts').then(
      () => {},
      () => {},
    ),
    new Promise<void>((resolve) => setTimeout(resolve, PATIENCE)),
  ]);
  return first;
}
