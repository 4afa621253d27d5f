// Chats as they stand, the oldest first: those of a queue, of an agent, or all. Read again every
// few seconds, since a list of them cannot be watched.

import { type Chat, type ChatState, type Id, listChats } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Link } from 'wouter-preact';
import { about } from '../../../shared/src/time.ts';
import { Choice } from '../../../shared/src/ui/field.tsx';
import { useBoard } from '../live/board.ts';
import { secondsSince } from '../live/clock.ts';
import { useLoaded } from '../live/loaded.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Empty, Failed, Loading } from '../ui/notice.tsx';
import { words } from '../words/words.ts';
import { customerOf, lookOfState, ownerOf } from './words-of.ts';

const AGAIN_MS = 3_000;
/** More are reached by narrowing. */
const MOST = 100;
const STATES = ['', 'queued', 'offered', 'active', 'unattended', 'wrapup', 'closed'] as const;

export interface ChatsCardProps {
  title: string;
  query: { queue?: Id; agent?: Id };
}

export function ChatsCard({ title, query }: ChatsCardProps) {
  const { staff } = useBoard();
  const state = useSignal<ChatState | ''>('');
  const queue = useSignal(query.queue ?? '');
  const now = state.value;
  const narrowed = {
    ...query,
    limit: MOST,
    ...(now ? { state: now } : {}),
    ...(queue.value ? { queue: queue.value } : {}),
  };
  const ask = () => listChats(staff.http, narrowed);
  const found = useLoaded(ask, [now, queue.value, query.agent], AGAIN_MS);
  const page = found.value.value;
  const error = found.error.value;
  const choices = (
    <>
      {!query.queue && (
        <QueueChoice
          value={queue.value}
          onChange={(id) => {
            queue.value = id;
          }}
        />
      )}
      <Choice
        label={words.value.state}
        value={now}
        options={STATES.map((one) => [one, one ? words.value.states[one] : words.value.openChats])}
        onChange={(event) => {
          state.value = event.currentTarget.value as ChatState | '';
        }}
      />
    </>
  );
  return (
    <Card title={title} aside={choices}>
      {error && <Failed error={error} retry={found.refresh} />}
      {!page && !error && <Loading />}
      {page && page.chats.length === 0 && <Empty>{words.value.noChats}</Empty>}
      {page && page.chats.length > 0 && <Rows chats={page.chats} />}
      {page?.next && <p class="px-4 py-2 text-sm text-quiet">{words.value.firstOnly(MOST)}</p>}
    </Card>
  );
}

function QueueChoice({ value, onChange }: { value: Id; onChange(id: Id): void }) {
  const { queues } = useBoard();
  return (
    <span class="flex min-w-0 [&>select]:min-w-0">
      <Choice
        label={words.value.queue}
        value={value}
        options={[
          ['', words.value.allQueues],
          ...queues.value.map(({ queue, name }) => [queue, name] as const),
        ]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </span>
  );
}

const ROW =
  'grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-4 md:grid-cols-[minmax(8rem,1.4fr)_9rem_minmax(7rem,1fr)_minmax(7rem,1fr)_5rem]';

function Rows({ chats }: { chats: readonly Chat[] }) {
  const said = words.value.chatColumns;
  const heads = [said.customer, said.state, said.with, said.queue];
  return (
    <table aria-label={words.value.chats} class="block w-full">
      <thead class="block max-md:sr-only">
        <tr class={`${ROW} border-b border-line py-1.5 text-sm text-quiet`}>
          {heads.map((head) => (
            <th scope="col" key={head} class="text-left font-normal">
              {head}
            </th>
          ))}
          <th scope="col" class="text-left font-normal text-right">
            {said.age}
          </th>
        </tr>
      </thead>
      <tbody class="block divide-y divide-line">
        {chats.map((chat) => (
          <Row key={chat.chat_id} chat={chat} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ chat }: { chat: Chat }) {
  const { agents, queues } = useBoard();
  const nameOf = (id: Id) => queues.value.find((one) => one.queue === id)?.name ?? id;
  return (
    <tr
      class={`${ROW} relative py-2 [contain-intrinsic-size:auto_2.75rem] [content-visibility:auto] hover:bg-sunken md:min-h-11`}
    >
      <td class="flex min-w-0">
        <Link
          href={`/chats/${chat.chat_id}`}
          class="truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{customerOf(chat)}</bdi>
        </Link>
      </td>
      <td class="flex items-center gap-2 max-md:justify-end">
        <Chip look={lookOfState(chat)}>
          {words.value.states[chat.state]}
          {chat.position != null && <span class="tabular-nums">#{chat.position}</span>}
        </Chip>
      </td>
      <td class="min-w-0 truncate max-md:text-sm max-md:text-quiet">
        {ownerOf(chat, agents.value, nameOf)}
      </td>
      <td class="hidden min-w-0 truncate md:block">{chat.queue ? nameOf(chat.queue) : '–'}</td>
      <td class="text-right tabular-nums">{about(secondsSince(chat.opened_at))}</td>
    </tr>
  );
}
