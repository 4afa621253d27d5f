// Whether a moment is past: a component that asks is drawn again when it comes.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Timers know no longer ones; and a machine that slept looks again. */
const MOST_MS = 60_000;

/** `at` is of the calendar, in milliseconds; nothing is never past. */
export function usePast(at: number | null): boolean {
  const isPast = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const left = at === null ? Number.POSITIVE_INFINITY : at - Date.now();
      isPast.value = left <= 0;
      if (at !== null && left > 0) timer = setTimeout(look, Math.min(left, MOST_MS));
    };
    look();
    return () => clearTimeout(timer);
  }, [at, isPast]);
  return isPast.value;
}
