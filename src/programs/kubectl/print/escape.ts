/** Takes the teeth out of control characters in values (printers.EscapeTerminal). */
export function escapeTerminal(text: string): string {
  return /[\x1b\r]/.test(text) ? text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r') : text;
}
