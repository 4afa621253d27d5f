// Whether the page is a phone's, for what classes alone cannot say.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const QUERY = '(width < 48rem)';

export function useIsNarrow(): boolean {
  const isNarrow = useSignal(matchMedia(QUERY).matches);
  useEffect(() => {
    const query = matchMedia(QUERY);
    const look = () => {
      isNarrow.value = query.matches;
    };
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, [isNarrow]);
  return isNarrow.value;
}
