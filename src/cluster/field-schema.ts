import type { Definition, FieldSchema } from './api/schema.ts';
import { decode } from './resources/decode.ts';
import { loadSchema, loadStructure, structureNow } from './resources/structure.ts';

let definitions: Readonly<Record<string, Definition>> | undefined;

/** The fields of the built-in kinds, loaded when first needed. */
export const builtInFields: FieldSchema = {
  load: loadStructure,
  types: structureNow,
  decode(kind, object) {
    const structure = structureNow();
    return structure === undefined ? { object, unknown: [], error: undefined } : decode(kind, object, structure);
  },
  async loadDefinitions() {
    definitions ??= (await loadSchema()).definitions as unknown as Readonly<Record<string, Definition>>;
  },
  definitions: () => definitions,
};
