const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** A shell's own prompt: the machine's short name and, away from home, the folder, muted; then the sign. */
export function promptText(label: string, folder = '~', sign: '$' | '#' = '$'): string {
  return `${DIM}${label}${folder === '~' ? '' : ` ${folder}`} ${sign}${RESET} `;
}
