import type { CSSProperties } from 'react';
import type { CatalogueEntry } from '../../lessons/content.ts';
import type { Progress } from '../app/keep.ts';
import { lessonAddress } from '../app/routes.ts';
import { PacketIcon } from '../graph/draw/glyphs.tsx';
import { Icon } from '../icons/Icon.tsx';
import { useLanguage, useMessages } from '../messages/messages.ts';
import { columnsOf } from './course.ts';

interface MapProps {
  readonly lessons: readonly CatalogueEntry[];
  readonly progress: Progress;
  readonly current: CatalogueEntry | undefined;
}

/** More columns than this are narrow: what stands in their squares moves together. */
const MOST_WIDE = 10;

/** The course as a hopscotch court: singles in a row, doubles where two lessons may be taken in either order. */
export function CourseMap({ lessons, progress, current }: MapProps) {
  const columns = columnsOf(lessons);
  const style: CSSProperties = { ['--columns' as string]: columns.length };
  return (
    <ol className={`court${columns.length > MOST_WIDE ? ' many' : ''}`} style={style}>
      {columns.map((column, index) => (
        <li key={column[0]?.slug} className={column.length > 1 ? 'double' : ''}>
          {column.map((lesson) => (
            <Square
              key={lesson.slug}
              lesson={lesson}
              number={lessons.indexOf(lesson) + 1}
              record={progress[lesson.slug]}
              current={lesson === current}
              end={index === columns.length - 1 && column.length === 1 && columns.length > 1}
            />
          ))}
        </li>
      ))}
    </ol>
  );
}

function Square(props: {
  readonly lesson: CatalogueEntry;
  readonly number: number;
  readonly record: Progress[string] | undefined;
  readonly current: boolean;
  readonly end: boolean;
}) {
  const { lesson, number, record, current, end } = props;
  const { home } = useMessages();
  const language = useLanguage();
  const done = record?.finished === true;
  const step = Math.min((record?.done.length ?? 0) + 1, lesson.steps.length);
  return (
    <a
      className={`square${done ? ' done' : ''}${current ? ' current' : ''}${end ? ' end' : ''}`}
      href={lessonAddress(lesson.slug)}
      title={lesson.summaries[language]}
    >
      <span className="square-no">{number}</span>
      <span className="square-state">
        {done ? (
          <>
            <Icon name="check" />
            <span className="sr">{home.done}</span>
          </>
        ) : current && record !== undefined ? (
          home.stepOf(step, lesson.steps.length)
        ) : (
          <>
            {lesson.breaks ? <PacketIcon hue="drop" size={12} /> : null}
            {lesson.breaks ? <span className="sr">{home.breaks}</span> : null}
            {home.minutes(lesson.minutes)}
          </>
        )}
      </span>
      <b>{lesson.titles[language]}</b>
    </a>
  );
}
