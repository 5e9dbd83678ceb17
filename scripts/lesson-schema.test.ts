import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lessonSlugs } from '../src/lessons/folder.ts';
import { LESSON_SCHEMA_FILE, lessonSchemaText } from './lesson-schema.ts';

const root = fileURLToPath(new URL('../lessons', import.meta.url));

describe('the JSON Schema of lesson.yaml', () => {
  it('in lessons/ is that of the definition in code: npm run generate writes it', () => {
    expect(readFileSync(`${root}/${LESSON_SCHEMA_FILE}`, 'utf8')).toBe(lessonSchemaText());
  });

  it('is named in the first line of every lesson', () => {
    for (const slug of lessonSlugs(root))
      expect(readFileSync(`${root}/${slug}/lesson.yaml`, 'utf8').split('\n')[0], slug).toBe(
        `# yaml-language-server: $schema=../${LESSON_SCHEMA_FILE}`,
      );
  });

  it('says of every field what it is for', () => {
    const silent: string[] = [];
    const visit = (schema: Field, path: string) => {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (field.description === undefined) silent.push(`${path}${name}`);
        visit(field, `${path}${name}.`);
        if (field.items !== undefined) visit(field.items, `${path}${name}[].`);
      }
      for (const [name, definition] of Object.entries(schema.$defs ?? {})) visit(definition, `${name}.`);
    };
    visit(JSON.parse(lessonSchemaText()) as Field, '');
    expect(silent).toEqual([]);
  });
});

interface Field {
  readonly description?: string;
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly $defs?: Readonly<Record<string, Field>>;
}
