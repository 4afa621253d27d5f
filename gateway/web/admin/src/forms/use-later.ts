// Something to say that takes its time to compute: a moment after the last change, so that typing
// is never held up.

import { useEffect, useState } from 'preact/hooks';

const PAUSE_MS = 150;

export function useLater<T>(revision: number, compute: () => T): T | null {
  const [value, set] = useState<T | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => set(compute()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [revision]);
  return value;
}
