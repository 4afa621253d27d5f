// The parts of a queue's row that tables, tiles and its own view share.

import type { Ewt, QueueRow } from '@baton/client';
import { useComputed } from '@preact/signals';
import { clock } from '../../../shared/src/time.ts';
import { oldestOf } from '../live/ages.ts';
import { levelOfQueue } from '../live/alerts.ts';
import { useBoard } from '../live/board.ts';
import { INKS, type Look } from '../ui/mark.tsx';
import { duration } from '../words/numbers.ts';
import { words } from '../words/words.ts';

/** How a queue stands: as its worst alert says, or apart where it is closed. */
export function useLook(queue: QueueRow): Look {
  const { alerts } = useBoard();
  // Alerts are new every second; a row is drawn anew only for another level.
  const level = useComputed(() => levelOfQueue(alerts.value, queue.queue)).value;
  return level === 'good' && !queue.open ? 'off' : level;
}

/** Running: the only part of a row that is drawn by the second. */
export function Oldest({ queue }: { queue: QueueRow }) {
  if (queue.waiting === 0) return <span class="text-quiet">–</span>;
  const oldest = oldestOf(queue);
  const look = oldest > queue.service_level.target_s ? 'warn' : null;
  return <span class={`tabular-nums ${look ? INKS[look] : ''}`}>{clock(oldest)}</span>;
}

/** Half wait less than the first, nine of ten less than the second. */
export function Expected({ ewt }: { ewt: Ewt | null | undefined }) {
  if (!ewt) return <span class="text-quiet">–</span>;
  return (
    <span
      class="tabular-nums"
      title={words.value.expectedWords(duration(ewt.p50_s), duration(ewt.p90_s))}
    >
      {duration(ewt.p50_s)} <span class="text-quiet">· {duration(ewt.p90_s)}</span>
    </span>
  );
}

/** Free, and busy: who could take a chat of this queue if they had room. */
export function Hands({ queue }: { queue: QueueRow }) {
  const busy = Math.max(0, queue.eligible_agents - queue.available_agents);
  const isNobody = queue.waiting > 0 && queue.eligible_agents === 0;
  const said = words.value.handsWords(queue.available_agents, busy);
  return (
    <span class="inline-flex items-center gap-2 tabular-nums" title={said}>
      <span aria-hidden="true">
        <span class={queue.available_agents ? 'font-medium text-good' : 'text-quiet'}>
          {queue.available_agents}
        </span>
        <span class="text-quiet"> / </span>
        <span class={isNobody ? 'font-medium text-bad' : ''}>{queue.eligible_agents}</span>
      </span>
      <span class="sr-only">{said}</span>
    </span>
  );
}
