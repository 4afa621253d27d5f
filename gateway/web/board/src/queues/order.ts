// Which queues are listed, and in which order. Pure.

import type { QueueRow } from '@baton/client';
import { oldestOf } from '../live/ages.ts';
import { type Alert, levelOfQueue } from '../live/alerts.ts';

export const ORDERS = ['name', 'worst', 'oldest', 'waiting'] as const;
export type Order = (typeof ORDERS)[number];

const RANK = { bad: 0, warn: 1, good: 2 };

/** From those that are there by name already. */
export function arrange(
  queues: readonly QueueRow[],
  order: Order,
  alerts: readonly Alert[] = [],
): readonly QueueRow[] {
  const rank = (queue: QueueRow) => RANK[levelOfQueue(alerts, queue.queue)];
  switch (order) {
    case 'name':
      return queues;
    case 'worst':
      return [...queues].sort((a, b) => rank(a) - rank(b) || b.waiting - a.waiting);
    case 'oldest':
      return [...queues].sort((a, b) => oldestOf(b) - oldestOf(a));
    case 'waiting':
      return [...queues].sort((a, b) => b.waiting - a.waiting);
  }
}

/** Every word of the search is in the name or the id. */
export function matchesQueue({ name, queue }: QueueRow, search: string): boolean {
  const text = `${name} ${queue}`.toLocaleLowerCase();
  const words = search.toLocaleLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
