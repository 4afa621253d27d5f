// All queues as they stand: a table on wide screens, a card each on narrow ones.

import type { QueueRow } from '@baton/client';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Choice } from '../../../shared/src/ui/field.tsx';
import { useBoard } from '../live/board.ts';
import { sumsOf } from '../live/figures.ts';
import { useHistory } from '../live/histories.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Mark } from '../ui/mark.tsx';
import { Empty, Loading } from '../ui/notice.tsx';
import { Search } from '../ui/search.tsx';
import { Still } from '../ui/still.ts';
import { words } from '../words/words.ts';
import { ServiceLevel } from './level.tsx';
import { arrange, matchesQueue, ORDERS, type Order } from './order.ts';
import { Expected, Hands, Oldest, useLook } from './parts.tsx';
import { Spark } from './spark.tsx';

export function QueuesTable() {
  const { queues, alerts, isKnown } = useBoard();
  const order = useSignal<Order>('name');
  const search = useSignal('');
  const most = useSignal(PAGE);
  const all = queues.value;
  const found = arrange(
    all.filter((queue) => matchesQueue(queue, search.value.trim())),
    order.value,
    alerts.value,
  );
  const tools = all.length > FEW && (
    <>
      <Search
        label={words.value.search}
        value={search.value}
        onChange={(value) => {
          search.value = value;
        }}
      />
      <Choice
        label={words.value.order}
        value={order.value}
        options={ORDERS.map((one) => [one, words.value.queueOrders[one]])}
        onChange={(event) => {
          order.value = event.currentTarget.value as Order;
        }}
      />
    </>
  );
  return (
    <Card title={words.value.queues} aside={tools}>
      {!isKnown.value && <Loading rows={4} />}
      {isKnown.value && all.length === 0 && <Empty>{words.value.noQueues}</Empty>}
      {all.length > 0 && found.length === 0 && <Empty>{words.value.noQueueFound}</Empty>}
      {found.length > 0 && <Rows queues={found.slice(0, most.value)} />}
      {found.length > most.value && (
        <p class="border-t border-line p-3 text-center">
          <Button
            onClick={() => {
              most.value += PAGE;
            }}
          >
            {words.value.showMore(found.length - most.value)}
          </Button>
        </p>
      )}
    </Card>
  );
}

/** So many are seen at once; more are searched and ordered. */
const FEW = 3;
/** So many are drawn; more when asked for. */
const PAGE = 50;

const COLUMNS =
  'lg:grid-cols-[minmax(10rem,1.6fr)_4.5rem_4.5rem_minmax(7rem,1fr)_9rem_5.5rem_5.5rem] xl:grid-cols-[minmax(10rem,1.6fr)_5rem_5rem_minmax(7rem,1fr)_9rem_6rem_6rem_7rem]';
const ROW = `grid grid-cols-3 items-center gap-x-4 gap-y-1 px-4 sm:grid-cols-6 ${COLUMNS}`;

function Rows({ queues }: { queues: readonly QueueRow[] }) {
  const said = words.value.columns;
  const heads = [said.waiting, said.oldest, said.expected, said.level, said.abandoned, said.hands];
  return (
    <table aria-label={words.value.queues} class="block w-full">
      <thead class="block max-lg:sr-only">
        <tr class={`${ROW} border-b border-line py-1.5 text-sm text-quiet`}>
          <th scope="col" class="text-left font-normal">
            {said.queue}
          </th>
          {heads.map((head) => (
            <th
              scope="col"
              key={head}
              class="text-left font-normal truncate lg:text-right"
              title={head}
            >
              {head}
            </th>
          ))}
          <th scope="col" class="text-left font-normal hidden text-right xl:block">
            {said.trend}
          </th>
        </tr>
      </thead>
      <tbody class="block divide-y divide-line">
        {queues.map((queue) => (
          <Still key={queue.queue} of={queue}>
            {(row) => <Row queue={row} />}
          </Still>
        ))}
      </tbody>
    </table>
  );
}

function Row({ queue }: { queue: QueueRow }) {
  const said = words.value.columns;
  const look = useLook(queue);
  const { histories } = useBoard();
  const history = useHistory(histories, queue.queue);
  const { abandoned } = sumsOf(history?.buckets ?? []);
  const isBad = look === 'bad' || look === 'warn';
  return (
    <tr
      data-queue={queue.queue}
      class={`${ROW} relative py-2.5 [contain-intrinsic-size:auto_3rem] [content-visibility:auto] hover:bg-sunken lg:min-h-12 lg:py-1`}
    >
      <td class="col-span-full flex min-w-0 items-center gap-2 lg:col-span-1">
        <Mark look={look} />
        <Link
          href={`/queues/${queue.queue}`}
          class="min-w-0 truncate font-medium after:absolute after:inset-0"
        >
          {queue.name}
        </Link>
        {!queue.open && <Chip look="off">{words.value.closed}</Chip>}
      </td>
      <Cell label={said.waiting}>
        <span class={`text-base font-semibold tabular-nums ${queue.waiting ? '' : 'text-quiet'}`}>
          {queue.waiting}
        </span>
      </Cell>
      <Cell label={said.oldest}>
        <span class={isBad ? 'font-semibold' : ''}>
          <Oldest queue={queue} />
        </span>
      </Cell>
      <Cell label={said.expectedShort}>
        <Expected ewt={queue.ewt} />
      </Cell>
      <Cell label={said.levelShort}>
        <ServiceLevel level={queue.service_level.offered} />
      </Cell>
      <Cell label={said.abandoned}>
        <span class="tabular-nums">{history ? abandoned : '–'}</span>
      </Cell>
      <Cell label={said.hands}>
        <Hands queue={queue} />
      </Cell>
      <td class="hidden justify-end xl:flex">{history && <Spark history={history} />}</td>
    </tr>
  );
}

/** With its column's name where there is no head. */
function Cell({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <td class="flex min-w-0 flex-col lg:items-end">
      <span aria-hidden="true" class="truncate text-xs text-quiet lg:hidden">
        {label}
      </span>
      {children}
    </td>
  );
}
