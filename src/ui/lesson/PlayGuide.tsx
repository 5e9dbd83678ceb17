import type { Session } from '../app/session.ts';
import { useMessages } from '../messages/messages.ts';
import { CommandBlock } from './CommandBlock.tsx';
import { InlineText } from './InlineText.tsx';
import './lesson.css';

const TRY = [
  'kubectl get nodes -o wide',
  'kubectl create deployment web --image=nginx --replicas=3',
  'kubectl expose deployment web --port=80',
  'kubectl run curl --image=curlimages/curl -it --rm -- curl http://web',
];

/** What stands in the lesson's place when there is no lesson. */
export function PlayGuide({ session }: { readonly session: Session }) {
  const { app, lesson } = useMessages();
  return (
    <section className="lesson" aria-label={lesson.pane} data-place="lesson">
      <div className="lesson-body scroll">
        <h1 tabIndex={-1}>{app.playTitle}</h1>
        <div className="prose">
          <p>{lesson.playIntro}</p>
          <p>
            <InlineText text={lesson.playText} />
          </p>
        </div>
        <h2 className="step-title">{lesson.playTry}</h2>
        {TRY.map((command) => (
          <CommandBlock key={command} session={session} command={command} on="laptop" />
        ))}
      </div>
    </section>
  );
}
