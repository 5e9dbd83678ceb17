import { useCallback, useEffect, useState } from 'react';
import { loadProgress, onProgressElsewhere, type Progress } from '../app/keep.ts';

/** The learner's progress, also as other tabs change it. Undefined until it is read. */
export function useProgress(): { readonly progress: Progress | undefined; readonly reload: () => void } {
  const [progress, setProgress] = useState<Progress | undefined>();
  const reload = useCallback(() => {
    loadProgress()
      .then(setProgress)
      .catch(() => setProgress({}));
  }, []);
  useEffect(() => {
    reload();
    return onProgressElsewhere(reload);
  }, [reload]);
  return { progress, reload };
}
