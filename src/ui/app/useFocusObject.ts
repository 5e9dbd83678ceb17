import { useEffect, useRef } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Step } from '../../lessons/format.ts';
import type { Scene } from '../../playground/scene.ts';
import type { Session } from './session.ts';
import { useSession } from './store.ts';

/** Selects the object that a step is about when the step is opened, as soon as it exists, unless the learner selects another. */
export function useFocusObject(session: Session): void {
  const viewed = useSession((state) => state.viewed);
  const content = useSession((state) => state.content);
  const scene = useSession((state) => state.scene);
  const selected = useSession((state) => state.selected);
  const settled = useRef<string | undefined>(undefined);
  const before = useRef(selected);
  useEffect(() => {
    const chosen = selected !== before.current;
    before.current = selected;
    if (viewed === undefined || settled.current === viewed) return;
    if (chosen) {
      settled.current = viewed;
      return;
    }
    const focus = content?.lesson.steps.find((step) => step.id === viewed)?.focus;
    const ref = focus === undefined || scene === undefined ? undefined : findFocus(focus, scene);
    if (ref === undefined) return;
    settled.current = viewed;
    before.current = ref;
    session.select(ref, true);
  }, [viewed, content, scene, selected, session]);
}

/** The object of the scene that a lesson's `focus` names. */
export function findFocus(focus: NonNullable<Step['focus']>, scene: Scene): ObjectRef | undefined {
  const namespace = focus.namespace ?? 'default';
  const fits = (each: { readonly name: string; readonly namespace: string }) =>
    each.namespace === namespace && (focus.name === undefined || each.name === focus.name);
  switch (focus.kind) {
    case 'Service':
      return scene.services.find(fits)?.ref;
    case 'Pod':
      return scene.pods.find(
        (pod) => fits(pod) && (focus.selector === undefined || pod.labels.includes(focus.selector)),
      )?.ref;
    case 'Node':
      return scene.nodes.find((node) => focus.name === undefined || node.name === focus.name)?.ref;
    default:
      return undefined;
  }
}
