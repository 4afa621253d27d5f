// How old the oldest of a queue is now: a row says it as of when it was sent, and rows come only
// when something changes, so their arrival is kept beside them.

import type { QueueRow } from '@baton/client';
import { now } from './clock.ts';

const arrivedAt = new WeakMap<QueueRow, number>();

/** Called for every row as it comes. */
export function arrived(row: QueueRow): void {
  if (!arrivedAt.has(row)) arrivedAt.set(row, performance.now());
}

/** Seconds; 0 where nobody waits. */
export function oldestOf(row: QueueRow): number {
  if (row.waiting === 0) return 0;
  const at = arrivedAt.get(row) ?? now.value;
  return row.oldest_wait_s + Math.max(0, now.value - at) / 1_000;
}
