import { describe, expect, it } from 'vitest';
import { STEP_CODES } from '../../cluster/network/codes.ts';
import * as traces from '../graph/fixtures/traces.ts';
import { sectionsOf } from './exchange.ts';
import { announce, hopWords, shortNode, timeText } from './hopWords.ts';
import { en } from './words.en.ts';
import { ko } from './words.ko.ts';
import { hopsWords } from './words.ts';
import { zhCN } from './words.zh-CN.ts';

const said = (trace: typeof traces.clusterIP, locale = 'en') =>
  trace.steps.map((step) => {
    const { title, lines } = hopWords(step, trace, locale);
    return `${title} | ${lines.map((line) => line.map((piece) => (piece.kind === 'old' ? `~${piece.text}~` : piece.text)).join(' ')).join(' / ')}`;
  });

describe('the hop list', () => {
  it('tells a request to a ClusterIP', () => {
    expect(said(traces.clusterIP)).toEqual([
      'curl opens a connection | 10.240.0.7 → 10.0.162.149:80',
      '905m rewrites the address | ~10.0.162.149~ → 10.244.2.5:80',
      'Out of eth0, towards ljyd | 10.244.2.0/24 via 10.240.0.6',
      'Into ljyd, across cbr0 | eth0 → cbr0 → veth',
      'nginx answers | 10.244.2.5:80',
      '905m restores the source | ~10.244.2.5~ → 10.0.162.149',
      'curl gets the answer | 200 OK',
    ]);
  });
  it('tells a refusal and a loss', () => {
    expect(said(traces.refusal).slice(1)).toEqual([
      'ljyd rejects this address | REJECT',
      'curl reports: refused | 10.0.162.149 → 10.240.0.7:52514',
    ]);
    expect(said(traces.lost)[3]).toMatch(/^ljyd has no power/);
  });
  it('tells both rewrites of a node port, one line each', () => {
    expect(said(traces.nodePort)[1]).toBe('The cloud finds the node | 1:1 ~104.197.41.11~ → 10.240.0.7');
    expect(said(traces.nodePort)[2]).toBe(
      '905m rewrites both ends | DNAT ~10.240.0.7~ → 10.244.2.5 / SNAT ~198.51.100.23~ → 10.240.0.7',
    );
  });
  it('tells a look-up', () => {
    expect(said(traces.lookup)[0]).toBe('curl asks for the name | A? my-nginx.default.svc.cluster.local.');
    expect(said(traces.lookup)[3]).toBe('kube-dns answers | A 10.0.162.149');
  });
  it('speaks Chinese and Korean, and leaves machine text as it is', () => {
    expect(said(traces.clusterIP, 'zh-CN')[1]).toBe('905m 改写目标地址 | ~10.0.162.149~ → 10.244.2.5:80');
    expect(said(traces.clusterIP, 'ko')[2]).toBe('eth0에서 ljyd로 출발 | 10.244.2.0/24 via 10.240.0.6');
  });
  it('says something of every step in every language', () => {
    for (const trace of [traces.clusterIP, traces.refusal, traces.lost, traces.lookup, traces.nodePort]) {
      for (const locale of ['en', 'zh-CN', 'ko'])
        for (const step of trace.steps) expect(hopWords(step, trace, locale).title).not.toBe('');
    }
  });
  it('knows every code of the network', () => {
    const before = { src: '10.244.3.4', srcPort: 41034, dst: '10.0.162.149', dstPort: 80 };
    for (const code of Object.keys(STEP_CODES)) {
      for (const component of [
        'client',
        'resolver',
        'coredns',
        'routing',
        'kube-proxy',
        'bridge',
        'cloud',
        'loadbalancer',
        'server',
        'tls',
      ] as const) {
        for (const verdict of ['forward', 'rewrite', 'answer', 'reject', 'drop'] as const) {
          const [step] = traces.steps([
            { code, component, verdict, place: { at: 'door', node: 'n-1' }, time: 0, before },
          ]);
          const trace = traces.trace([step ?? fail()]);
          for (const locale of ['en', 'zh-CN', 'ko'])
            expect(hopWords(step ?? fail(), trace, locale).title, code).not.toBe('');
        }
      }
    }
  });
  it('has a sentence for a screen reader', () => {
    expect(announce(traces.clusterIP.steps[1] ?? fail(), traces.clusterIP, 2, 'en')).toBe(
      '2. 905m rewrites the address. 10.0.162.149 → 10.244.2.5:80',
    );
  });
});

describe('exchanges', () => {
  it('number their hops on', () => {
    const sections = sectionsOf([traces.lookup, traces.afterLookup], traces.afterLookup, en);
    expect(sections.map((section) => `${section.first} ${section.title} ${section.protocol}`)).toEqual([
      '1 Find the address UDP 53',
      '7 Then connect TCP 80',
    ]);
  });
  it('nest the names a resolver tried', () => {
    const miss = { ...traces.lookup, id: 1, outcome: 'no-such-host' as const };
    const [section] = sectionsOf([miss, traces.lookup], traces.lookup, en);
    expect(section?.attempts.map((attempt) => `${attempt.state} ${attempt.label}`)).toEqual([
      'miss NXDOMAIN',
      'hit answer',
    ]);
  });
});

it('all languages have all words', () => {
  expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort());
  expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  expect(hopsWords('zh-TW')).toBe(zhCN);
  expect(hopsWords('fr')).toBe(en);
});

it('times and node names are short', () => {
  expect([0, 0.31, 18.04, 1500, 130_000, Number.POSITIVE_INFINITY].map((ms) => timeText(ms, 'for ever'))).toEqual([
    '0 ms',
    '0.3 ms',
    '18 ms',
    '1.5 s',
    '2 min 10 s',
    'for ever',
  ]);
  expect(shortNode('kubernetes-minion-905m')).toBe('905m');
});

function fail(): never {
  throw new Error('the fixture changed');
}
