/** Go's idea of a true query parameter. */
export function isTrue(text: string | null): boolean {
  return text !== null && text !== '0' && text.toLowerCase() !== 'false' && text !== 'f' && text !== 'F';
}
