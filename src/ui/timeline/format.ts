/** `02:14.380`, with hours in front from the first one on. */
export function clockText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms));
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const hours = Math.floor(whole / 3_600_000);
  const rest = `${pad(Math.floor(whole / 60_000) % 60)}:${pad(Math.floor(whole / 1000) % 60)}.${pad(whole % 1000, 3)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `2:14`, as the strip's axis writes it. */
export function axisText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}
