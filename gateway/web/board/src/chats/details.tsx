// What is known about a chat and its customer.

import type { Chat } from '@baton/client';
import { Link } from 'wouter-preact';
import { useBoard } from '../live/board.ts';
import { Card } from '../ui/card.tsx';
import { exactTimeOf } from '../words/numbers.ts';
import { words } from '../words/words.ts';

export function Details({ chat }: { chat: Chat }) {
  const { queues } = useBoard();
  const said = words.value.details;
  const { customer, queue, previous } = chat;
  const name = queues.value.find((one) => one.queue === queue)?.name ?? queue;
  const rows: Array<readonly [string, string]> = [
    [said.id, chat.chat_id],
    [said.opened, exactTimeOf(chat.opened_at)],
    [said.hops, String(chat.hops ?? 0)],
  ];
  if (customer?.email) rows.push([said.email, customer.email]);
  if (customer?.id) rows.push([said.customerId, customer.id]);
  for (const [key, value] of Object.entries(chat.attributes ?? {})) rows.push([key, String(value)]);
  return (
    <Card title={words.value.detailsTitle}>
      <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-4 py-3">
        {queue && (
          <>
            <dt class="text-quiet">{said.queue}</dt>
            <dd class="min-w-0">
              <Link href={`/queues/${queue}`} class="text-accent underline">
                {name}
              </Link>
            </dd>
          </>
        )}
        {rows.map(([label, value]) => (
          <Pair key={label} label={label} value={value} />
        ))}
        {previous && (
          <>
            <dt class="text-quiet">{said.previous}</dt>
            <dd>
              <Link href={`/chats/${previous}`} class="verbatim text-accent underline">
                {previous}
              </Link>
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function Pair({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt class="max-w-40 truncate text-quiet" title={label}>
        {label}
      </dt>
      <dd class="verbatim min-w-0 wrap-anywhere">
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}
