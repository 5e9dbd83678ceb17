import { FLAVOURS } from '../cluster/flavours/index.ts';
import { CAUSE_CODES, STEP_CODES } from '../cluster/network/codes.ts';
import { KINDS } from '../cluster/resources/index.ts';
import { celProblem } from './cel.ts';
import type { Condition, Lesson } from './format.ts';
import { couldRunAway } from './patterns.ts';

type Path = readonly (string | number)[];
type Say = (path: Path, message: string, remedy: string) => void;

/** `pods`, `deployments.apps`, `containers`: what conditions can count. */
const RESOURCES = new Set([
  'containers',
  ...KINDS.map(({ plural, group }) => (group === '' ? plural : `${plural}.${group}`)),
]);

const OUTCOMES = [
  'ok',
  'refused',
  'timeout',
  'unreachable',
  'no-such-host',
  'dns-timeout',
  'tls-failed',
  'empty-reply',
  'protocol-error',
];
const PURPOSES = ['dns', 'http', 'https', 'tcp', 'udp', 'ping', 'probe', 'healthcheck'];

/** Everything about a lesson's cluster and conditions that can be known to be wrong without running it. */
export function checkConditions(lesson: Lesson, say: Say): void {
  if (FLAVOURS[lesson.cluster] === undefined)
    say(
      ['cluster'],
      `there is no kind of cluster "${lesson.cluster}"`,
      `Name one of: ${Object.keys(FLAVOURS).join(', ')}.`,
    );
  lesson.steps.forEach((step, s) => {
    step.checks.forEach((check, c) => {
      if (check.now !== undefined) visit(check.now, ['steps', s, 'checks', c, 'now'], say);
      if (check.once !== undefined) visit(check.once, ['steps', s, 'checks', c, 'once'], say);
    });
    step.hints?.forEach((hint, h) => {
      if (hint.when !== undefined) visit(hint.when, ['steps', s, 'hints', h, 'when'], say);
    });
    step.demo?.shows?.forEach((code, c) => {
      if (!(code in STEP_CODES))
        say(
          ['steps', s, 'demo', 'shows', c],
          `there is no hop with the code "${code}"`,
          'docs/codes.md lists the codes of hops.',
        );
    });
  });
}

function visit(condition: Condition, path: Path, say: Say): void {
  const { objects, command, request, cel } = condition;
  if (objects !== undefined) {
    if (!RESOURCES.has(objects.resource)) {
      const similar = [...RESOURCES].find(
        (each) => each.split('.')[0] === objects.resource.split('.')[0] || each.replace(/s$/, '') === objects.resource,
      );
      say(
        [...path, 'objects', 'resource'],
        `there is no resource "${objects.resource}"`,
        similar === undefined
          ? 'Name it in the plural, with its group: pods, deployments.apps, endpointslices.discovery.k8s.io.'
          : `Write ${similar}.`,
      );
    }
    const { count } = objects;
    if (typeof count === 'object' && count.min !== undefined && count.max !== undefined && count.min > count.max)
      say([...path, 'objects', 'count'], 'min is more than max', 'Swap them.');
    if (objects.selector !== undefined && !/^[^,()]+(,[^,]+|\([^)]*\))*$/.test(objects.selector))
      say(
        [...path, 'objects', 'selector'],
        `"${objects.selector}" is no label selector`,
        'Write key=value,key2=value2.',
      );
  }
  if (command !== undefined) {
    for (const field of ['matches', 'output'] as const) {
      const text = command[field];
      if (text === undefined) continue;
      try {
        new RegExp(text);
      } catch (error) {
        const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
        say(
          [...path, 'command', field],
          `"${text}" is no regular expression: ${why}`,
          'Put a backslash before characters that are meant as they stand: \\( \\[ \\* \\?.',
        );
        continue;
      }
      if (couldRunAway(text))
        say(
          [...path, 'command', field],
          `"${text}" repeats a group that repeats or chooses by itself: it could take for ever`,
          'Take away one of the repetitions, or write the alternatives out.',
        );
    }
  }
  if (request !== undefined) {
    if (request.code !== undefined && !(request.code in STEP_CODES) && !(request.code in CAUSE_CODES))
      say(
        [...path, 'request', 'code'],
        `there is no code "${request.code}"`,
        'docs/codes.md lists the codes of hops and causes.',
      );
    if (request.outcome !== undefined && !OUTCOMES.includes(request.outcome))
      say(
        [...path, 'request', 'outcome'],
        `no request ends as "${request.outcome}"`,
        `Name one of: ${OUTCOMES.join(', ')}.`,
      );
    if (request.purpose !== undefined && !PURPOSES.includes(request.purpose))
      say(
        [...path, 'request', 'purpose'],
        `no request has the purpose "${request.purpose}"`,
        `Name one of: ${PURPOSES.join(', ')}.`,
      );
  }
  if (cel !== undefined) {
    const problem = celProblem(cel);
    if (problem !== undefined)
      say([...path, 'cel'], `CEL: ${problem}`, 'Mend the expression; every resource is a list: pods.exists(p, ...).');
  }
  for (const way of ['all', 'any'] as const)
    for (const [index, each] of (condition[way] ?? []).entries()) visit(each, [...path, way, index], say);
  if (condition.not !== undefined) visit(condition.not, [...path, 'not'], say);
}
