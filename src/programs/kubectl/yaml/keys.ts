const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/** The order in which go-yaml writes the keys of a map: by letter, with runs of digits compared as numbers (`a2` before `a10`). */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const ar = [...a];
  const br = [...b];
  for (let i = 0; i < ar.length && i < br.length; i++) {
    const ac = ar[i] ?? '';
    const bc = br[i] ?? '';
    if (ac === bc) continue;
    const aLetter = LETTER.test(ac);
    const bLetter = LETTER.test(bc);
    if (aLetter && bLetter) return (ac.codePointAt(0) ?? 0) - (bc.codePointAt(0) ?? 0);
    if (aLetter || bLetter) return bLetter ? -1 : 1;
    let an = 0n;
    let bn = 0n;
    if (ac === '0' || bc === '0') {
      for (let j = i - 1; j >= 0 && DIGIT.test(ar[j] ?? ''); j--) {
        if (ar[j] !== '0') {
          an = 1n;
          bn = 1n;
          break;
        }
      }
    }
    let ai = i;
    for (; ai < ar.length && DIGIT.test(ar[ai] ?? ''); ai++)
      an = an * 10n + BigInt((ar[ai]?.codePointAt(0) ?? 48) - 48);
    let bi = i;
    for (; bi < br.length && DIGIT.test(br[bi] ?? ''); bi++)
      bn = bn * 10n + BigInt((br[bi]?.codePointAt(0) ?? 48) - 48);
    if (an !== bn) return an < bn ? -1 : 1;
    if (ai !== bi) return ai - bi;
    return (ac.codePointAt(0) ?? 0) - (bc.codePointAt(0) ?? 0);
  }
  return ar.length - br.length;
}
