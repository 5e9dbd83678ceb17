import { ASSOCIATIVE, ATOMIC } from '../list-types.ts';
import type { FieldTypes } from '../schema.ts';

/** How a value merges. */
export type Shape =
  | { readonly is: 'scalar'; readonly of: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly is: 'struct'; readonly type: string; readonly atomic: boolean }
  | { readonly is: 'map'; readonly of: Shape; readonly atomic: boolean }
  | {
      readonly is: 'list';
      readonly of: Shape;
      readonly items: 'atomic' | 'set' | readonly string[];
    };

/** The shapes of all types, made as they are asked for. */
export class Shapes {
  readonly types: FieldTypes;
  private readonly fields = new Map<string, Shape | undefined>();

  constructor(types: FieldTypes) {
    this.types = types;
  }

  /** The shape of a type. */
  struct(type: string): Shape {
    return { is: 'struct', type, atomic: ATOMIC.has(type) };
  }

  /** The shape of a field; undefined when the type has none of that name. */
  field(type: string, name: string): Shape | undefined {
    const key = `${type}.${name}`;
    if (this.fields.has(key)) return this.fields.get(key);
    const code = this.types[type]?.[name];
    const shape = code === undefined ? undefined : this.shape(code.replace('!', ''), key);
    this.fields.set(key, shape);
    return shape;
  }

  private shape(code: string, key: string): Shape {
    switch (code.charAt(0)) {
      case '[':
        return { is: 'list', of: this.shape(code.slice(1), ''), items: ASSOCIATIVE[key] ?? 'atomic' };
      case '{':
        return { is: 'map', of: this.shape(code.slice(1), ''), atomic: ATOMIC.has(key) };
      case '=':
        // managedFields' own content has no schema, as nobody applies it.
        return this.struct(code.slice(1));
      case 's':
      case 'y':
      case 't':
      case 'm':
        return { is: 'scalar', of: 'string' };
      case 'b':
        return { is: 'scalar', of: 'boolean' };
      case 'i':
      case 'l':
      case 'f':
        return { is: 'scalar', of: 'number' };
      default:
        return { is: 'scalar', of: 'any' };
    }
  }
}
