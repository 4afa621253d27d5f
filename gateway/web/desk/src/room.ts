// How much room an agent has for more, in words.

import type { AgentRow } from '@baton/client';
import { words } from './words/words.ts';

/** Permille that are free. */
export const roomOf = ({ capacity }: AgentRow) => Math.max(0, capacity.total - capacity.used);

/** Whom nothing can be offered, whatever they may have room for. */
export const isOut = ({ status, connectivity }: AgentRow) =>
  status === 'logged_out' || connectivity === 'lost';

export function roomWords(row: AgentRow): string {
  if (isOut(row)) return '–';
  const percent = Math.round((100 * roomOf(row)) / Math.max(1, row.capacity.total));
  return words.value.add.room(percent);
}
