let arrival: Promise<void> | undefined;
let begin: () => void = () => {};
const begun = new Promise<void>((resolve) => {
  begin = resolve;
});

/**
 * Asks for the two web fonts. Not before the terminal takes typing: on a slow line they would make the learner wait for half a
 * second, and until they come the system's fonts stand in, with the same measures. Safe to call again.
 */
export function loadWebFonts(): void {
  begin();
  webFonts().catch(() => {});
}

/** Resolves once the web fonts are here and texts can be measured in them; rejects if they cannot be had. Asks for nothing itself. */
export function webFonts(): Promise<void> {
  arrival ??= begun
    .then(() => import('./web-fonts.css'))
    .then(() => Promise.all(['Inter', 'JetBrains Mono'].map((name) => document.fonts.load(`12px "${name} Variable"`))))
    .then(() => {});
  return arrival;
}
