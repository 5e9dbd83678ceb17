import { beforeAll, describe, expect, it } from 'vitest';
import { diagnose } from '../../cluster/network/causes/diagnosis.ts';
import { CAUSE_CODES, FIX_CODES, STEP_CODES } from '../../cluster/network/codes.ts';
import { requestFor } from '../../programs/hopscope/diagnosis.ts';
import { arrived, requestsOf } from '../../programs/hopscope/requests.ts';
import { Session } from '../session.ts';
import { pass, whatIf } from '../what-if.ts';
import { CASES } from './cases.ts';

const BEGINNING = `kubectl create deployment my-nginx --image=nginx --replicas=2 --port=80
kubectl expose deployment my-nginx
kubectl run client --image=radial/busyboxplus:curl --command -- sleep 1000000
kubectl wait --for=condition=Ready pod --all --timeout=60s`;

/** Programs that say by their exit status what the fact is: that nobody answers. */
const TELLS_BY_FAILING = /^ssh \S+ curl /;

describe('why a request failed', () => {
  let base: Session;
  beforeAll(async () => {
    base = new Session({});
    await base.ready(BEGINNING);
  });

  it.each(CASES)('$name', async ({ setup, wait = 2, request, code, last, field, fix }) => {
    const session = base.fork();
    await session.ready();
    await pass(session.sim, 500);
    await session.script(setup);
    await pass(session.sim, wait * 1000);
    const before = session.cluster.network.recent().at(-1)?.id ?? 0;
    const { output } = await session.script(request);
    const requests = requestsOf(session.cluster.network.recent().filter((trace) => trace.id > before)).filter(
      (each) => each.decisive.program !== 'ssh',
    );
    const asked = requests.findLast((each) => !each.ok) ?? requests.at(-1);
    if (asked === undefined) throw new Error(`no request was made:\n${output}`);
    const { decisive } = asked;
    const given = session.cluster.network.caseOf(decisive);
    if (given === undefined) throw new Error('the client is gone');
    const { chain, fixes } = diagnose(given);
    const story = chain
      .map((link) => `${link.code} ${link.object?.fieldPath ?? ''} ${JSON.stringify(link.facts)}`)
      .join('\n');
    expect(decisive.code, `${output}\n${story}`).toBe(code);
    expect(chain.at(-1)?.code, story).toBe(last);
    if (field !== undefined) expect(chain.at(-1)?.object?.fieldPath, story).toBe(field);
    for (const link of chain) {
      const known: readonly string[] = CAUSE_CODES[link.code as keyof typeof CAUSE_CODES].facts;
      expect(Object.keys(link.facts ?? {}).filter((each) => !known.includes(each) && each !== 'reporter')).toEqual([]);
      if (link.evidence === undefined) continue;
      const shown = await session.script(link.evidence);
      if (!TELLS_BY_FAILING.test(link.evidence)) expect(shown.status, `$ ${link.evidence}\n${shown.output}`).toBe(0);
      expect(shown.output, link.evidence).not.toBe('');
    }
    for (const step of asked.traces.flatMap((trace) => trace.steps)) expect(STEP_CODES).toHaveProperty([step.code]);
    const [first] = fixes;
    expect(first?.code, story).toBe(fix);
    if (first === undefined) return;
    expect(FIX_CODES).toHaveProperty([first.code]);
    const attempt = await whatIf(session, requestFor(decisive), first);
    const tried = `${JSON.stringify(first)}\n${attempt.output}\n${JSON.stringify(attempt.request)}\n${attempt.trace?.code} ${attempt.next?.chain.map((link) => `${link.code} ${JSON.stringify(link.facts)}`).join('\n')}`;
    expect(attempt.ok, tried).toBe(true);
    expect(attempt.trace !== undefined && arrived(attempt.trace)).toBe(true);
    session.stop();
  });
});
