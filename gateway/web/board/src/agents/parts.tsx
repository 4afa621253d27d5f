// The parts of an agent's row that the list and their own view share.

import type { AgentRow } from '@baton/client';
import { reasonName, statusName } from '../../../shared/src/statuses.ts';
import { clock } from '../../../shared/src/time.ts';
import { secondsSince } from '../live/clock.ts';
import { standingOf } from '../live/figures.ts';
import { words } from '../words/words.ts';
import { loadOf } from './filters.ts';
import { StandingMark } from './standing.tsx';

/** Where they stand, why, and what comes after. */
export function StandingWords({ agent }: { agent: AgentRow }) {
  const standing = standingOf(agent);
  const said = words.value;
  const { reason, next_status } = agent;
  const why = agent.status === 'ready' || !reason ? '' : reasonName(reason);
  return (
    <span class="flex min-w-0 items-center gap-2">
      <StandingMark standing={standing} />
      <span class="min-w-0 truncate">
        {said.standings[standing]}
        {why && <span class="text-quiet"> · {why}</span>}
        {next_status && <span class="text-quiet"> · {said.after(statusName(next_status))}</span>}
      </span>
    </span>
  );
}

/** Since when the status is so; running. */
export function Since({ agent }: { agent: AgentRow }) {
  return <span class="tabular-nums">{clock(secondsSince(agent.since))}</span>;
}

/** How much is taken, and by what. */
export function LoadBar({ agent }: { agent: AgentRow }) {
  const part = Math.min(1, loadOf(agent));
  const { offered, handling, wrapup } = agent.load;
  const said = words.value.loadWords(handling, wrapup, offered);
  return (
    <span class="flex min-w-0 items-center gap-2" title={said}>
      <span aria-hidden="true" class="h-1.5 w-14 shrink-0 overflow-hidden rounded-full bg-sunken">
        <span class="block h-full bg-accent" style={{ width: `${part * 100}%` }} />
      </span>
      <span class="min-w-0 truncate tabular-nums">{said}</span>
    </span>
  );
}

export function Connection({ agent }: { agent: AgentRow }) {
  const { connectivity, status } = agent;
  if (status === 'logged_out') return <span class="text-quiet">–</span>;
  const look = { online: 'text-quiet', grace: 'text-warn', lost: 'text-bad' }[connectivity];
  return <span class={`truncate ${look}`}>{words.value.connectivity[connectivity]}</span>;
}

/** `billing 8, french 5`. */
export const skillsOf = ({ skills }: AgentRow): string =>
  skills.map(({ skill, level }) => `${skill} ${level ?? 1}`).join(', ');

export function Skills({ agent }: { agent: AgentRow }) {
  const text = skillsOf(agent);
  return (
    <span class="truncate text-quiet" title={text}>
      {text || '–'}
    </span>
  );
}
