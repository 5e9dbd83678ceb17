import { useEffect, useMemo, useState } from 'react';
import type { Insight } from '../../playground/protocol.ts';
import { causeText, whyWords } from '../../playground/why-words.ts';
import { currentSession } from '../app/openSession.ts';
import { useSession } from '../app/store.ts';
import { guilty, useWhy } from './store.ts';

/** Time without a change before the cluster is asked again, in ms. */
const REST = 350;

/** A line of the editor and what is said of it. */
export interface LineMark extends Pick<Insight, 'line' | 'column' | 'endColumn'> {
  readonly text: string;
  /** `guilty`: the chain of causes of the open Why card ends here. */
  readonly kind: 'info' | 'warning' | 'guilty';
}

/** What is to be said of a manifest's lines by the cluster as it is now, and by the open Why card. */
export function useLineMarks(path: string, text: string, locale: string): readonly LineMark[] {
  const [found, setFound] = useState<{
    readonly path: string;
    readonly text: string;
    readonly is: readonly Insight[];
  }>();
  const card = useWhy((state) => state.card);
  useEffect(() => {
    if (!/\.ya?ml$/i.test(path)) return;
    let gone = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      waiting = undefined;
      currentSession()
        ?.insights(text)
        .then(
          (is) => {
            if (!gone) setFound({ path, text, is });
          },
          () => {},
        );
    };
    waiting = setTimeout(ask, REST);
    const stop = useSession.subscribe((state, before) => {
      if (state.scene !== before.scene) waiting ??= setTimeout(ask, REST);
    });
    return () => {
      gone = true;
      clearTimeout(waiting);
      stop();
    };
  }, [path, text]);
  return useMemo(() => {
    const fresh = found?.path === path && found.text === text;
    const marks = fresh
      ? found.is.map((each): LineMark => ({ ...place(each), kind: each.severity, text: insightText(each, locale) }))
      : [];
    const last = guilty(card);
    if (last?.source === undefined || last.source.path !== path) return marks;
    const { line, column, endColumn } = last.source;
    const words = whyWords(locale);
    return [
      ...marks.filter((each) => each.line !== line),
      { line, column, endColumn, kind: 'guilty', text: causeText(words, last.code, last.facts) },
    ];
  }, [found, card, path, text, locale]);
}

const place = ({ line, column, endColumn }: Insight) => ({ line, column, endColumn });

/** An insight in words. */
export function insightText({ code, facts }: Insight, locale: string): string {
  const words = whyWords(locale);
  const {
    pods = '',
    ready = '',
    labels = '',
    name = '',
    known = '',
    port = '',
    open = '',
    kind = '',
    key = '',
  } = facts;
  switch (code) {
    case 'selects':
      return words.selects(Number(pods), Number(ready));
    case 'selects-none':
      return labels === '' ? words.selectsNone : `${words.selectsNone}. ${words.nearest(labels)}`;
    case 'port-unnamed':
      return words.portUnnamed(name, known);
    case 'port-closed':
      return words.portClosed(port, open);
    case 'object-missing':
      return words.objectMissing(kind, name);
    case 'key-missing':
      return words.keyMissing(kind, name, key);
  }
}
