import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import type { Json } from './syntax.ts';
import { COMPACT, described, JqError, render, typeName } from './values.ts';

/** A value as text: a string as it is, anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : render(value, COMPACT);
}

function row(value: Json, name: string): Json[] {
  if (!Array.isArray(value)) throw new JqError(`${described(value)} cannot be ${name}-formatted, only an array can be`);
  return value;
}

/** `@csv`, `@base64` and their kin. @throws JqError */
export function formatted(name: string, value: Json): string {
  switch (name) {
    case '@text':
      return asText(value);
    case '@json':
      return render(value, COMPACT);
    case '@csv':
    case '@tsv':
      return row(value, name.slice(1))
        .map((cell) => {
          if (typeof cell === 'object' && cell !== null)
            throw new JqError(`${described(cell)} is not valid in a csv row`);
          if (typeof cell !== 'string') return cell === null ? '' : asText(cell);
          return name === '@csv'
            ? `"${cell.replaceAll('"', '""')}"`
            : cell.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
        })
        .join(name === '@csv' ? ',' : '\t');
    case '@html':
      return asText(value)
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll("'", '&#39;')
        .replaceAll('"', '&quot;');
    case '@uri':
      return encodeURIComponent(asText(value)).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case '@sh':
      return (Array.isArray(value) ? value : [value])
        .map((each) => {
          if (typeof each === 'object' && each !== null)
            throw new JqError(`${described(each)} can not be escaped for shell`);
          return typeof each === 'string' ? `'${each.replaceAll("'", "'\\''")}'` : asText(each);
        })
        .join(' ');
    case '@base64':
      return btoa(String.fromCharCode(...encodeBytes(asText(value))));
    case '@base64d':
      try {
        return decodeBytes(Uint8Array.from(atob(asText(value).replace(/=+$/, '')), (char) => char.charCodeAt(0)));
      } catch {
        throw new JqError(`${typeName(value)} (${render(value, COMPACT)}) is not valid base64 data`);
      }
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}
