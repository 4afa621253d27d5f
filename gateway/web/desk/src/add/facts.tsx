// What is known of an agent or a queue right now, for the directory.

import type { AgentRow, QueueRow } from '@baton/client';
import type { ComponentChildren } from 'preact';
import { about, clock } from '../../../shared/src/time.ts';
import { oldestOf } from '../ages.ts';
import { StatusDot, statusWords } from '../head/status.tsx';
import { secondsSince } from '../now.ts';
import { roomWords } from '../room.ts';
import { words } from '../words/words.ts';
import type { Option } from './options.ts';

export function Facts({ option }: { option: Option }) {
  return (
    <dl class="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-1">
      {option.kind === 'agent' ? <OfAgent row={option.row} /> : <OfQueue row={option.row} />}
    </dl>
  );
}

function OfAgent({ row }: { row: AgentRow }) {
  const said = words.value;
  return (
    <>
      <Fact name={said.head.status}>
        <span class="inline-flex flex-wrap items-center gap-2">
          <StatusDot status={row.status} /> {statusWords(row)}
          <span class="text-quiet tabular-nums">{clock(secondsSince(row.since))}</span>
        </span>
      </Fact>
      <Fact name={said.facts.chats}>{row.load.handling}</Fact>
      <Fact name={said.facts.room}>{roomWords(row)}</Fact>
      <Fact name={said.offer.skills}>
        {row.skills.map(({ skill, level }) => `${skill} ${level ?? ''}`.trim()).join(', ') || '–'}
      </Fact>
    </>
  );
}

function OfQueue({ row }: { row: QueueRow }) {
  const said = words.value;
  return (
    <>
      <Fact name={said.home.waiting}>{row.waiting}</Fact>
      <Fact name={said.home.oldest}>{row.waiting > 0 ? clock(oldestOf(row)) : '–'}</Fact>
      <Fact name={said.home.expected}>{row.ewt ? `~${about(row.ewt.p50_s)}` : '–'}</Fact>
      <Fact name={said.home.free}>
        {said.add.available(row.available_agents, row.eligible_agents)}
      </Fact>
      <Fact name={said.facts.open}>{row.open ? said.add.open : said.add.closed}</Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt class="text-quiet">{name}</dt>
      <dd class="min-w-0 wrap-anywhere tabular-nums">{children}</dd>
    </>
  );
}
