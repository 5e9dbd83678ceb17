import { useId, useState } from 'react';
import type { StepProse } from '../../lessons/content.ts';
import type { Session } from '../app/session.ts';
import { StateIcon } from '../graph/draw/glyphs.tsx';
import { useMessages } from '../messages/messages.ts';
import { InlineText } from './InlineText.tsx';
import { LazyProse } from './LazyProse.tsx';

interface PredictionProps {
  readonly session: Session;
  readonly step: string;
  readonly prose: NonNullable<StepProse['predict']>;
  readonly options: readonly string[];
  readonly answer: string;
  readonly chosen: string | undefined;
}

/** A question to answer before looking. The first answer counts; then the right one and the reason appear. */
export function Prediction({ session, step, prose, options, answer, chosen }: PredictionProps) {
  const { lesson } = useMessages();
  const name = useId();
  const [given, setGiven] = useState(chosen);
  const taken = chosen ?? given;
  const right = taken === answer;
  return (
    <fieldset className="quiz">
      <legend>
        {lesson.predict}: <InlineText text={prose.question} />
      </legend>
      {options.map((option) => {
        const verdict =
          taken === undefined ? '' : option === answer ? ' right' : option === taken ? ' wrong' : ' other';
        return (
          <label key={option} className={`opt${verdict}${option === taken ? ' on' : ''}`}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === taken}
              disabled={taken !== undefined && option !== taken}
              onChange={() => {
                if (taken !== undefined) return;
                setGiven(option);
                session.predict(step, option);
              }}
            />
            <span>
              <InlineText text={prose.options[option] ?? option} />
            </span>
            {taken !== undefined && option === answer ? <StateIcon state="ready" /> : null}
          </label>
        );
      })}
      {taken === undefined ? null : (
        <div className="quiz-after" role="status">
          <b>{right ? lesson.right : lesson.wrong}</b>
          <div className="prose">
            <LazyProse text={prose.after ?? ''} session={session} />
          </div>
        </div>
      )}
    </fieldset>
  );
}
