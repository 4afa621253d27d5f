// All agents as they stand: found by name, skill or standing; thousands cost a screenful.

import type { AgentRow } from '@baton/client';
import { useComputed, useSignal } from '@preact/signals';
import { Link, useLocation } from 'wouter-preact';
import { Choice } from '../../../shared/src/ui/field.tsx';
import { useBoard } from '../live/board.ts';
import { countStandings, STANDINGS, type Standing } from '../live/figures.ts';
import { useIsNarrow } from '../ui/narrow.ts';
import { Empty, Loading } from '../ui/notice.tsx';
import { Search } from '../ui/search.tsx';
import { Still } from '../ui/still.ts';
import { Title } from '../ui/title.tsx';
import { Window } from '../ui/window.tsx';
import { words } from '../words/words.ts';
import { ORDERS, type Order, pick } from './filters.ts';
import { Connection, LoadBar, Since, Skills, StandingWords } from './parts.tsx';
import { StandingMark } from './standing.tsx';

export function AgentsList({ standing }: { standing: Standing | null }) {
  const { agents, agentsByName } = useBoard();
  const search = useSignal('');
  const order = useSignal<Order>('standing');
  const kind = useSignal(standing);
  kind.value = standing;
  const found = useComputed(() =>
    pick(agentsByName.value, {
      search: search.value.trim(),
      standing: kind.value,
      order: order.value,
    }),
  );
  return (
    <div class="flex min-h-0 flex-1 flex-col gap-3">
      <Title title={words.value.agents}>
        <span role="status" class="text-quiet tabular-nums">
          {words.value.found(found.value.length, agents.value.size)}
        </span>
      </Title>
      <div class="flex flex-wrap items-center gap-2">
        <Search
          label={words.value.searchAgents}
          value={search.value}
          onChange={(value) => {
            search.value = value;
          }}
        />
        <Choice
          label={words.value.order}
          value={order.value}
          options={ORDERS.map((one) => [one, words.value.orders[one]])}
          onChange={(event) => {
            order.value = event.currentTarget.value as Order;
          }}
        />
      </div>
      <Kinds chosen={standing} />
      <div class="flex min-h-96 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-raised">
        {agents.value.size === 0 && <Loading rows={6} />}
        {agents.value.size > 0 && found.value.length === 0 && (
          <Empty>{words.value.nobodyFound}</Empty>
        )}
        {found.value.length > 0 && <Table agents={found.value} />}
      </div>
    </div>
  );
}

/** One kind of them, or all. */
function Kinds({ chosen }: { chosen: Standing | null }) {
  const { agents } = useBoard();
  const [, go] = useLocation();
  const counts = countStandings(agents.value.values());
  const kinds: Array<[Standing | null, string, number]> = [
    [null, words.value.all, agents.value.size],
    ...STANDINGS.map((one): [Standing, string, number] => [
      one,
      words.value.standings[one],
      counts[one],
    ]),
  ];
  return (
    <fieldset class="flex flex-wrap gap-1.5">
      <legend class="sr-only">{words.value.standing}</legend>
      {kinds.map(([one, name, count]) => (
        <button
          key={one ?? 'all'}
          type="button"
          aria-pressed={chosen === one}
          onClick={() => go(one ? `/agents/standing/${one}` : '/agents')}
          class={`flex min-h-8 cursor-pointer items-center gap-1.5 rounded-full border px-3 max-md:min-h-11 ${
            chosen === one
              ? 'border-accent bg-accent-soft text-accent'
              : 'border-line bg-raised hover:bg-sunken'
          }`}
        >
          {one && <StandingMark standing={one} />}
          {name}
          <span class="font-semibold tabular-nums">{count}</span>
        </button>
      ))}
    </fieldset>
  );
}

const ROW =
  'grid grid-cols-[1fr_auto] items-center gap-x-4 px-4 md:grid-cols-[minmax(8rem,1.2fr)_minmax(9rem,1.4fr)_5rem_minmax(9rem,1fr)_6rem] xl:grid-cols-[minmax(8rem,1fr)_minmax(9rem,1.3fr)_5rem_minmax(10rem,1fr)_6rem_minmax(8rem,1fr)]';
const [WIDE_PX, NARROW_PX] = [44, 72];

function Table({ agents }: { agents: readonly AgentRow[] }) {
  const height = useIsNarrow() ? NARROW_PX : WIDE_PX;
  const said = words.value.agentColumns;
  const heads = [said.name, said.standing, said.since, said.load, said.connection];
  const head = (
    <thead class="block sticky top-0 z-10 bg-raised max-md:sr-only">
      <tr class={`${ROW} border-b border-line py-1.5 text-sm text-quiet`}>
        {heads.map((one) => (
          <th scope="col" key={one} class="text-left font-normal">
            {one}
          </th>
        ))}
        <th scope="col" class="text-left font-normal hidden xl:block">
          {said.skills}
        </th>
      </tr>
    </thead>
  );
  return (
    <Window
      rows={agents}
      rowHeight={height}
      label={words.value.agents}
      head={head}
      class="flex-1"
      row={(agent, at) => (
        <Still key={agent.agent} of={agent} at={at}>
          {(row) => <Row agent={row} at={at} />}
        </Still>
      )}
    />
  );
}

function Row({ agent, at }: { agent: AgentRow; at: number }) {
  return (
    <tr
      aria-rowindex={at + 1}
      data-agent={agent.agent}
      class={`${ROW} relative h-18 border-b border-line hover:bg-sunken md:h-11`}
    >
      <td class="flex min-w-0">
        <Link
          href={`/agents/${agent.agent}`}
          class="truncate font-medium after:absolute after:inset-0"
        >
          {agent.name}
        </Link>
      </td>
      <td class="min-w-0 max-md:order-3">
        <StandingWords agent={agent} />
      </td>
      <td class="max-md:text-right">
        <Since agent={agent} />
      </td>
      <td class="min-w-0 max-md:order-4">
        <LoadBar agent={agent} />
      </td>
      <td class="hidden min-w-0 md:flex">
        <Connection agent={agent} />
      </td>
      <td class="hidden min-w-0 xl:flex">
        <Skills agent={agent} />
      </td>
    </tr>
  );
}
