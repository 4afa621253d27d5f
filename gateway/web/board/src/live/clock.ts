// What time it is, by the second, for everything that is shown as running; it stands still while
// nobody can see it.

import { signal } from '@preact/signals';

const SECOND_MS = 1_000;

/** Milliseconds of the page's own clock, never set back. */
export const now = signal(performance.now());

/** Runs until the answer is called. */
export function runClock(): () => void {
  const look = () => {
    if (document.visibilityState === 'visible') now.value = performance.now();
  };
  const timer = setInterval(look, SECOND_MS);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}

/** Seconds until a time of the calendar. */
export function secondsUntil(at: string): number {
  void now.value;
  return Math.max(0, (Date.parse(at) - Date.now()) / 1_000);
}

/** Seconds since a time of the calendar. */
export function secondsSince(at: string): number {
  // Read so that whoever shows it is drawn again by the second.
  void now.value;
  return Math.max(0, (Date.now() - Date.parse(at)) / 1_000);
}
