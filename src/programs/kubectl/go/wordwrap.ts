/** mitchellh/go-wordwrap: breaks lines at spaces so that they fit; words longer than a line stay whole. */
export function wordWrap(text: string, limit: number): string {
  let out = '';
  let current = 0;
  let word = '';
  let space = '';
  const length = (part: string) => [...part].length;
  const flush = () => {
    current += length(space) + length(word);
    out += space + word;
    space = '';
    word = '';
  };
  for (const char of text) {
    if (char === '\n') {
      if (word !== '') flush();
      else if (current + length(space) <= limit) out += space;
      space = '';
      out += '\n';
      current = 0;
    } else if (/\s/.test(char) && char !== '\xa0') {
      if (space === '' || word !== '') flush();
      space += char;
    } else {
      word += char;
      if (current + length(word) + length(space) > limit && length(word) < limit) {
        out += '\n';
        current = 0;
        space = '';
      }
    }
  }
  if (word !== '') return out + space + word;
  return current + length(space) <= limit ? out + space : out;
}
