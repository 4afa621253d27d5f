// What is there to see between chats: how it stands in the queues, live.

import type { QueueRow, Staff } from '@baton/client';
import { toSignal } from '../../shared/src/bind.ts';
import { about, clock } from '../../shared/src/time.ts';
import { oldestOf } from './ages.ts';
import { useQueues } from './queues.ts';
import { words } from './words/words.ts';

export function Home({ desk }: { desk: Staff }) {
  const said = words.value;
  useQueues(desk);
  const hasChats = toSignal(desk.chats.all).value.length > 0;
  const queues = [...toSignal(desk.queues).value.values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  const head = 'px-3 py-2 font-medium text-quiet';
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by the keyboard too.
      tabIndex={0}
      class="m-auto flex max-h-full w-full max-w-2xl flex-col gap-6 overflow-y-auto p-6"
    >
      <div class="flex flex-col gap-1 text-center">
        {hasChats && <p class="text-lg font-medium">{said.chat.choose}</p>}
        <p class="text-quiet">{said.chat.chooseHint}</p>
      </div>
      {queues.length > 0 && (
        <table
          aria-label={said.home.title}
          class="w-full overflow-hidden rounded-xl border border-line bg-raised text-right"
        >
          <thead class="border-b border-line text-sm">
            <tr>
              <th scope="col" class={`${head} text-left`}>
                {said.home.queue}
              </th>
              <th scope="col" class={head}>
                {said.home.waiting}
              </th>
              <th scope="col" class={head}>
                {said.home.oldest}
              </th>
              <th scope="col" class={head}>
                {said.home.expected}
              </th>
              <th scope="col" class={head}>
                {said.home.free}
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.map((row) => (
              <Queue key={row.queue} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Queue({ row }: { row: QueueRow }) {
  const cell = 'px-3 py-2 tabular-nums';
  const oldest = oldestOf(row);
  const isLate = oldest > row.service_level.target_s;
  return (
    <tr class="border-t border-line first:border-t-0">
      <th scope="row" class="px-3 py-2 text-left font-medium">
        {row.name}
        {!row.open && <span class="ml-2 text-sm text-quiet">{words.value.home.closed}</span>}
      </th>
      <td class={cell}>{row.waiting}</td>
      <td class={`${cell} ${isLate ? 'font-semibold text-warn' : ''}`}>
        {row.waiting > 0 ? clock(oldest) : '–'}
      </td>
      <td class={cell}>{row.ewt ? `~${about(row.ewt.p50_s)}` : '–'}</td>
      <td class={`${cell} ${row.available_agents > 0 ? 'text-good' : ''}`}>
        {row.available_agents} / {row.eligible_agents}
      </td>
    </tr>
  );
}
