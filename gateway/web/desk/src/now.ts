// The time, by the second, and how far this machine's clock is from the server's: timers show the
// server's, since its times are in everything that they count from.

import type { Happening } from '@baton/client';
import { signal } from '@preact/signals';

/** Less is not worth correcting: a line takes as long to come. */
const WORTH_MS = 1_500;

/** Milliseconds since 1970, as the server has them, about once a second. */
export const now = signal(Date.now());

/** What was heard at once is as old as its way here: the least is the difference of clocks. */
let least = Number.POSITIVE_INFINITY;

export function hearTime(happening: Happening): void {
  if (happening.type !== 'chat.message') return;
  least = Math.min(least, Date.now() - Date.parse(happening.message.at));
}

export function serverTime(): number {
  return Date.now() - (Math.abs(least) > WORTH_MS && Number.isFinite(least) ? least : 0);
}

setInterval(() => {
  now.value = serverTime();
}, 1_000);

/** Seconds since one of the server's times. */
export const secondsSince = (at: string) => Math.max(0, (now.value - Date.parse(at)) / 1000);

/** Seconds until one of the server's times. */
export const secondsUntil = (at: string) => Math.max(0, (Date.parse(at) - now.value) / 1000);
