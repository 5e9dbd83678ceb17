import type { CauseLink } from '../cluster/network/trace.ts';
import { askedLine, diagnosisOf, requestFor } from '../programs/hopscope/diagnosis.ts';
import { realise } from '../programs/hopscope/realise.ts';
import { arrived, requestsOf } from '../programs/hopscope/requests.ts';
import { manifests, sourceOf } from '../programs/hopscope/sources.ts';
import { LAPTOP_HOME } from './machine-files.ts';
import type { TryCard, WhyCard, WhyLink } from './protocol.ts';
import type { Session } from './session.ts';

/** What is known of a request that a trace belongs to, for the page. Null when the trace is too long ago, or its sender gone. */
export function whyCard(session: Session, trace: number): WhyCard | null {
  const found = caseOf(session, trace);
  if (found === undefined) return null;
  const { decisive, diagnosis } = found;
  if (session.withheld)
    return {
      trace: decisive.id,
      line: askedLine(decisive),
      ok: arrived(decisive),
      withheld: true,
      links: [],
      fixes: [],
    };
  const files = manifests(session.laptop.fs, LAPTOP_HOME);
  return {
    trace: decisive.id,
    line: askedLine(decisive),
    ok: arrived(decisive),
    links: diagnosis.chain.map((link) => withSource(files, link)),
    fixes: diagnosis.fixes.map((fix) => {
      const { commands, edits } = realise(fix, files);
      return {
        code: fix.code,
        facts: fix.facts,
        commands,
        edits,
        ...(fix.object === undefined ? {} : { object: fix.object }),
        ...(fix.power === undefined ? {} : { power: fix.power }),
        ...(fix.ask === undefined
          ? {}
          : {
              ask: {
                machine: fix.ask.machine === 'laptop' ? 'laptop' : requestFor(decisive).machine,
                line: fix.ask.line,
              },
            }),
      };
    }),
  };
}

/** Tries one of the card's fixes on a copy of the cluster. Null when there is no such fix any more. */
export async function tryCard(session: Session, trace: number, fix: number): Promise<TryCard | null> {
  const found = caseOf(session, trace);
  const chosen = found?.diagnosis.fixes[fix];
  if (found === undefined || chosen === undefined || session.withheld) return null;
  const { whatIf } = await import('./what-if.ts');
  const files = manifests(session.laptop.fs, LAPTOP_HOME);
  const result = await whatIf(session, requestFor(found.decisive), chosen, files);
  return {
    ok: result.ok,
    seconds: result.seconds,
    line: result.request.line,
    output: result.output,
    next: (result.next?.chain ?? []).map((link) => withSource(files, link)),
  };
}

function caseOf(session: Session, id: number) {
  const { network } = session.cluster;
  const recent = network.recent();
  const trace = recent.find((each) => each.id === id);
  if (trace === undefined) return undefined;
  const request = requestsOf(recent.filter((each) => each.group === trace.group)).at(-1);
  const decisive = request?.decisive ?? trace;
  const diagnosis = diagnosisOf(network, decisive);
  return diagnosis === undefined ? undefined : { decisive, diagnosis };
}

function withSource(files: ReadonlyMap<string, string>, link: CauseLink): WhyLink {
  const source = link.object === undefined ? undefined : sourceOf(files, link.object);
  return source === undefined ? link : { ...link, source };
}
