// How long the oldest of a queue has waited by now: a row says it as of when it was sent, and rows
// come only when something changes, so their arrival is kept beside them.

import type { QueueRow, Staff } from '@baton/client';
import { now } from './now.ts';

const arrivedAt = new WeakMap<QueueRow, number>();

/** Rows come as events and in lists; the answer ends it. */
export function keepAges({ queues }: Staff): () => void {
  return queues.subscribe((rows) => {
    for (const row of rows.values()) {
      if (!arrivedAt.has(row)) arrivedAt.set(row, performance.now());
    }
  });
}

/** Seconds; 0 where nobody waits. Whoever asks while drawing is drawn again with the clock. */
export function oldestOf(row: QueueRow): number {
  if (row.waiting === 0 || !now.value) return 0;
  const since = performance.now() - (arrivedAt.get(row) ?? performance.now());
  return row.oldest_wait_s + since / 1_000;
}
