/** JSON as Go writes it: `<`, `>` and `&` escaped; indented by four blanks for docker inspect. */
export function goJson(value: unknown, indent?: number): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(
    /[<>&]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
