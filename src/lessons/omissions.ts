/**
 * A script with each of its statements left out in turn: what a learner does who overlooks one thing. Lines are statements;
 * a line of several is taken apart at `;` and `&&`, unless it quotes or loops. None for a script of one statement.
 */
export function omissions(script: string): readonly string[] {
  const lines = script
    .trim()
    .split('\n')
    .map((line) => (/['"`({]|\b(?:for|while|until|if|case)\b|<</.test(line) ? [line] : line.split(/(?<=;|&&)\s+/)));
  const count = lines.reduce((sum, line) => sum + line.length, 0);
  // A here-document is one statement over many lines: leaving out one of them makes other text, not less.
  if (count < 2 || script.includes('<<')) return [];
  return lines.flatMap((statements, row) =>
    statements.map((_, column) =>
      lines
        .map((line, at) => (at === row ? line.filter((_, index) => index !== column) : line).join(' '))
        .map((line) => line.replace(/(?:;|&&)\s*$/, ''))
        .filter((line) => line !== '')
        .join('\n'),
    ),
  );
}
