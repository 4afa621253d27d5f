// Agents and queues to choose from, each with what is so of it now.

import type { AgentRow, QueueRow, Quote } from '@baton/client';
import { Users } from 'lucide-preact';
import { useEffect, useRef } from 'preact/hooks';
import { about } from '../../../shared/src/time.ts';
import { StatusDot, statusWords } from '../head/status.tsx';
import { roomWords } from '../room.ts';
import { words } from '../words/words.ts';
import type { Option } from './options.ts';

export interface OptionListProps {
  options: readonly Option[];
  more: number;
  chosen: Option | null;
  /** What is said of the chosen one for this chat. */
  quote: Quote | null;
  onChoose(option: Option): void;
}

export function OptionList({ options, more, chosen, quote, onChoose }: OptionListProps) {
  const said = words.value.add;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.key]);
  return (
    <div class="flex min-h-32 flex-col px-2 pb-2 md:h-96">
      {options.length === 0 && <p class="px-2 text-quiet">{said.none}</p>}
      <div
        ref={list}
        id="add-options"
        role="listbox"
        aria-label={said.results}
        class="min-h-0 flex-1 overflow-y-auto"
      >
        {options.map((option) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field's keys choose.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search field.
          <div
            key={option.key}
            id={option.key}
            role="option"
            aria-selected={option.key === chosen?.key}
            onClick={() => onChoose(option)}
            class={`flex cursor-pointer items-center gap-3 rounded-lg px-2 py-1.5 max-md:min-h-11 ${option.key === chosen?.key ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
          >
            {option.kind === 'queue' ? (
              <QueueFace row={option.row} quote={option.key === chosen?.key ? quote : null} />
            ) : (
              <AgentFace option={option} />
            )}
          </div>
        ))}
      </div>
      {more > 0 && <p class="px-2 py-1 text-sm text-quiet">{said.more(more)}</p>}
    </div>
  );
}

function QueueFace({ row, quote }: { row: QueueRow; quote: Quote | null }) {
  const said = words.value.add;
  const { available, eligible } = (quote && countIn(quote)) ?? {
    available: row.available_agents,
    eligible: row.eligible_agents,
  };
  const free = eligible > 0 ? said.available(available, eligible) : said.nobody;
  return (
    <>
      <Users size={18} aria-hidden="true" class="shrink-0 text-quiet" />
      <span class="min-w-0 grow">
        <span class="block truncate font-medium">{row.name}</span>
        <span class="block truncate text-sm text-quiet tabular-nums">
          {row.open ? '' : `${said.closed} · `}
          {said.waiting(row.waiting)}
          {row.ewt ? ` · ~${about(row.ewt.p50_s)}` : ''}
        </span>
      </span>
      <span class={`shrink-0 text-sm ${available > 0 ? 'text-good' : 'text-quiet'}`}>{free}</span>
    </>
  );
}

/** A row counts whoever is in the chat already; what is said for the chat does not, if it counts. */
function countIn(quote: Quote): Pick<Quote, 'available' | 'eligible'> | null {
  const isOther = quote.outcome === 'refused' && quote.code !== 'no_eligible_agent';
  return isOther || quote.queue ? null : quote;
}

function AgentFace({ option }: { option: Extract<Option, { kind: 'agent' }> }) {
  const said = words.value.add;
  const { row, barred } = option;
  return (
    <>
      <StatusDot status={row.connectivity === 'lost' ? 'logged_out' : row.status} />
      <span class="min-w-0 grow">
        <span class="block truncate font-medium">{row.name}</span>
        <span class="block truncate text-sm text-quiet">
          {stateOf(row)}
          {row.skills.length > 0 && ` · ${row.skills.map(({ skill }) => skill).join(', ')}`}
        </span>
      </span>
      <span class="shrink-0 text-sm text-quiet tabular-nums">
        {barred ? said[barred] : roomWords(row)}
      </span>
    </>
  );
}

function stateOf(row: AgentRow): string {
  const said = words.value.add;
  if (row.connectivity !== 'online' && row.status !== 'logged_out') return said.offline;
  const status = statusWords(row);
  return row.status === 'ready' ? `${status}, ${said.activity[row.activity]}` : status;
}
