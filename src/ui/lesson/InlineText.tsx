/** One line of lesson text: `code` between backticks and **strong** words; everything else is text as it stands. */
export function InlineText({ text }: { readonly text: string }) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece, index) => {
    const key = `${index}${piece}`;
    if (piece.length > 2 && piece.startsWith('`')) return <code key={key}>{piece.slice(1, -1)}</code>;
    if (piece.length > 4 && piece.startsWith('**')) return <b key={key}>{piece.slice(2, -2)}</b>;
    return piece;
  });
}

/** The same without marks: for labels. */
export function plainText(text: string): string {
  return text.replace(/`([^`]+)`/g, '$1').replace(/\*\*([^*]+)\*\*/g, '$1');
}
