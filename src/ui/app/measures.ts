/** The design's sizes of the panes in pixels, as the tokens set them for this window. */
export function measures(): Readonly<Record<'lesson' | 'rail' | 'time' | 'dock', number>> {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, otherwise: number) => {
    const value = Number.parseFloat(style.getPropertyValue(name));
    return Number.isFinite(value) ? value : otherwise;
  };
  return {
    lesson: read('--lesson-w', 332),
    rail: read('--rail-w', 292),
    time: read('--time-h', 58),
    dock: read('--dock-h', 232),
  };
}
