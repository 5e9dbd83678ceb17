import { z } from 'zod';
import type { Condition, Lesson } from './format.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes');

const count = z.union([
  z.int().min(0),
  z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }),
]);

const condition: z.ZodType<Condition> = z.lazy(() =>
  z
    .strictObject({
      objects: z
        .strictObject({
          resource: z.string().describe('Plural, with its group where it has one: pods, deployments.apps'),
          namespace: z.string().optional(),
          name: z.string().optional(),
          selector: z.string().optional().describe('Label selector, as kubectl -l takes it'),
          match: z
            .record(z.string(), z.unknown())
            .optional()
            .describe('Partial object that each counted object must contain'),
          count: count.optional(),
        })
        .optional(),
      command: z
        .strictObject({
          matches: z.string().describe('Regular expression over the command line'),
          on: z.string().optional(),
          status: z.int().optional(),
          output: z.string().optional(),
        })
        .optional(),
      request: z
        .strictObject({
          from: z.string().optional(),
          to: z.string().optional(),
          service: z.string().optional(),
          purpose: z.string().optional(),
          outcome: z.string().optional(),
          code: z.string().optional(),
          status: z.int().optional(),
          times: z.int().min(1).optional(),
          row: z.int().min(1).optional().describe('At least so many in a row, the newest ones'),
          endpoints: z.int().min(1).optional(),
          sources: z.int().min(1).optional(),
        })
        .optional(),
      file: z
        .strictObject({ path: z.string(), contains: z.string().optional(), missing: z.boolean().optional() })
        .optional(),
      cel: z.string().optional(),
      all: z.array(condition).min(1).optional(),
      any: z.array(condition).min(1).optional(),
      not: condition.optional(),
    })
    .refine((value) => Object.values(value).filter((entry) => entry !== undefined).length === 1, {
      message: 'a condition has exactly one of objects, command, request, file, cel, all, any, not',
    }),
);

const check = z
  .strictObject({ id, now: condition.optional(), once: condition.optional() })
  .refine((value) => (value.now === undefined) !== (value.once === undefined), {
    message: 'a check has either "now" (true as long as it holds) or "once" (stays true after it happened)',
  });

const step = z.strictObject({
  id,
  start: z
    .string()
    .min(1)
    .optional()
    .describe('Shell commands that make a starting state of its own, on a new cluster'),
  files: z.array(z.string()).optional(),
  checks: z.array(check).min(1),
  predict: z.strictObject({ options: z.array(id).min(2), answer: id }).optional(),
  hints: z.array(z.strictObject({ id, when: condition.optional() })).optional(),
  solutions: z.array(z.string().min(1)).min(1),
  wrong: z.array(z.strictObject({ run: z.string().min(1), hint: id, fails: z.array(id).optional() })).optional(),
  focus: z
    .strictObject({
      kind: z.string(),
      name: z.string().optional(),
      selector: z.string().optional(),
      namespace: z.string().optional(),
    })
    .optional(),
  demo: z
    .strictObject({
      on: z.string().describe('laptop, node (any), pod (a ready one), or the name of a machine'),
      run: z.string().min(1).describe('The command line whose packets are shown; <POD-IP> and the like are filled in'),
      prepare: z.string().optional().describe('Shell commands that make on the copy what the learner has yet to make'),
      fails: z.boolean().optional().describe('True when the request shown is one that fails'),
      shows: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Codes of hops that the packets must pass (docs/codes.md): what the caption speaks of'),
    })
    .optional()
    .describe('A request shown on a copy of the cluster before the learner acts'),
});

/** `lesson.yaml`, without the slug (the folder's name gives it). */
export const lessonSchema: z.ZodType<Omit<Lesson, 'slug'>> = z.strictObject({
  order: z.number().min(1),
  minutes: z.number().min(1).max(60),
  cluster: z.string(),
  breaks: z.boolean().optional(),
  files: z.array(z.string()),
  setup: z.string().optional(),
  challenge: z.boolean().optional(),
  steps: z.array(step).min(1),
});

/** The published JSON Schema of `lesson.yaml`, for editors. */
export function lessonJsonSchema(): unknown {
  return z.toJSONSchema(lessonSchema);
}
