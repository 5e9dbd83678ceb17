import { z } from 'zod';
import type { Condition, Lesson } from './format.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes');

const least = (what: string) => z.int().min(1).optional().describe(`At least so many ${what}`);

const count = z.union([
  z.int().min(0),
  z.strictObject({
    min: z.int().min(0).optional().describe('At least so many'),
    max: z.int().min(0).optional().describe('At most so many'),
  }),
]);

const objects = z.strictObject({
  resource: z.string().describe('Plural, with its group where it has one: pods, deployments.apps'),
  namespace: z.string().optional().describe('Only in this namespace; else in all'),
  name: z.string().optional().describe('Only the object of this name'),
  selector: z.string().optional().describe('Label selector, as kubectl -l takes it'),
  match: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Partial object that each counted object must contain; ~text is a regular expression, null means absent'),
  count: count.optional().describe('How many there must be: a number, or min and max; without it at least one'),
});

const command = z.strictObject({
  matches: z.string().describe('Regular expression over the command line'),
  on: z.string().optional().describe('Where it ran: laptop, node, pod, or the name of a machine'),
  status: z.int().optional().describe('Its exit status'),
  output: z.string().optional().describe('Regular expression over what it printed'),
});

const request = z.strictObject({
  from: z.string().optional().describe('The client: laptop, node, pod, or a name'),
  to: z.string().optional().describe('The destination: pod, service, node, internet, an address or a name'),
  service: z.string().optional().describe('The Service that it went through: web, or with its namespace shop/web'),
  purpose: z.string().optional().describe('dns, http, https, tcp, udp, ping'),
  outcome: z.string().optional().describe('ok, refused, timeout, unreachable, no-such-host, ...'),
  code: z.string().optional().describe('Code of one of its hops, or of a cause when it failed: docs/codes.md'),
  status: z.int().optional().describe('Status of the HTTP answer'),
  times: least('of them'),
  row: least('in a row, the newest ones'),
  endpoints: least('different endpoints answered'),
  sources: least('different nodes asked'),
});

const condition: z.ZodType<Condition> = z.lazy(() =>
  z
    .strictObject({
      objects: objects.optional().describe('So many objects of the cluster contain a partial one'),
      command: command.optional().describe('A command line was run'),
      request: request.optional().describe('A request was seen on the network'),
      file: z
        .strictObject({
          path: z.string().describe('On the laptop; relative to the home folder'),
          contains: z.string().optional().describe('A text that stands in it'),
          missing: z.boolean().optional().describe('True when it must not be there'),
        })
        .optional()
        .describe('A file on the laptop is there'),
      cel: z
        .string()
        .optional()
        .describe('A CEL expression; every resource is a list: pods.exists(p, p.spec.nodeName == "x")'),
      all: z.array(condition).min(1).optional().describe('All of these hold'),
      any: z.array(condition).min(1).optional().describe('One of these holds'),
      not: condition.optional().describe('This does not hold'),
    })
    .refine((value) => Object.values(value).filter((entry) => entry !== undefined).length === 1, {
      message: 'a condition has exactly one of objects, command, request, file, cel, all, any, not',
    }),
);

const check = z
  .strictObject({
    id: id.describe('Its words are ::check[...]{#id}'),
    now: condition.optional().describe('True as long as it holds'),
    once: condition.optional().describe('Stays true after it happened during the step'),
  })
  .refine((value) => (value.now === undefined) !== (value.once === undefined), {
    message: 'a check has either "now" (true as long as it holds) or "once" (stays true after it happened)',
  });

const predict = z.strictObject({
  options: z.array(id).min(2).describe('Their words are - [id] ... inside :::predict'),
  answer: id.describe('The option that is right'),
});

const hint = z.strictObject({
  id: id.describe('Its words are ::hint[...]{#id}'),
  when: condition.optional().describe('Speaks when this holds and no hint before it; without it, when asked for'),
});

const wrong = z.strictObject({
  run: z.string().min(1).describe('Shell commands for the laptop that people mistake for a solution'),
  hint: id.describe('The hint that must speak then'),
  fails: z.array(id).optional().describe('Checks that must not pass after it'),
});

const focus = z.strictObject({
  kind: z.string().describe('As in a manifest: Service'),
  name: z.string().optional().describe('Its name'),
  selector: z.string().optional().describe('Label selector, for objects whose names are not known'),
  namespace: z.string().optional().describe('default, unless it says otherwise'),
});

const demo = z.strictObject({
  on: z.string().describe('laptop, node (any), pod (a ready one), or the name of a machine'),
  run: z.string().min(1).describe('The command line whose packets are shown; <POD-IP> and the like are filled in'),
  prepare: z.string().optional().describe('Shell commands that make on the copy what the learner has yet to make'),
  fails: z.boolean().optional().describe('True when the request shown is one that fails'),
  shows: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Codes of hops that the packets must pass (docs/codes.md): what the caption speaks of'),
});

const step = z.strictObject({
  id: id.describe('Its words stand in :::step{#id}'),
  start: z
    .string()
    .min(1)
    .optional()
    .describe('Shell commands that make a starting state of its own, on a new cluster; for every step, or for none'),
  files: z.array(z.string()).optional().describe('Files of files/ that this step adds; only with start'),
  checks: z.array(check).min(1).describe('The step is done when all of them pass'),
  predict: predict.optional().describe('A question that is asked before the learner acts'),
  hints: z.array(hint).optional().describe('The first whose "when" holds speaks'),
  solutions: z.array(z.string().min(1)).min(1).describe('Shell commands for the laptop; each solves the whole step'),
  wrong: z.array(wrong).optional().describe('Mistakes that people make, each with the hint that helps'),
  focus: focus.optional().describe('The object that the graph shows when the step begins'),
  demo: demo.optional().describe('A request shown on a copy of the cluster before the learner acts'),
});

/** `lesson.yaml`, without the slug (the folder's name gives it). */
export const lessonSchema: z.ZodType<Omit<Lesson, 'slug'>> = z.strictObject({
  order: z.number().min(1).describe('Place in the course; equal numbers stand side by side'),
  minutes: z.number().min(1).max(60).describe('How long it takes'),
  cluster: z.string().describe('gce, aws, tencent, or docker: gce with two plain Docker hosts beside it'),
  breaks: z.boolean().optional().describe('True when something breaks in it, on purpose'),
  files: z.array(z.string()).describe('Files of files/ that lie in the home folder from the start'),
  setup: z.string().optional().describe('Shell commands that make the starting state, unseen'),
  challenge: z
    .boolean()
    .optional()
    .describe('True when the steps are broken clusters to repair: each has a start, and Why costs a hint'),
  steps: z.array(step).min(1).describe('In the order in which they are done'),
});

/** The published JSON Schema of `lesson.yaml`, for editors. */
export function lessonJsonSchema(): unknown {
  return z.toJSONSchema(lessonSchema);
}
