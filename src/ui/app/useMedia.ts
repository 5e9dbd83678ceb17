import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

export type Shape = 'phone' | 'narrow' | 'wide';

/** Which of the three arrangements fits the window. */
export function useShape(): Shape {
  const phone = useMedia('(max-width: 860px)');
  const narrow = useMedia('(max-width: 1100px)');
  return phone ? 'phone' : narrow ? 'narrow' : 'wide';
}
