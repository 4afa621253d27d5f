// What stands below the name of a row in its list.

import type { AgentConfig, Hours, ProfileQueue, QueueConfig, SkillAt } from '@baton/client';
import { nameIn } from '../forms/names.ts';
import type { Draft } from '../model/draft.ts';
import { placeOf, type Table } from '../model/place.ts';
import { words } from '../words/words.ts';

export function noteOf(draft: Draft, table: Table, id: string): string {
  const row = draft.get(placeOf(table, id));
  const parts = NOTES[table]?.(row as never, draft) ?? [];
  const known = parts.filter(Boolean).join(' · ');
  return known || id;
}

const skillsOf = (skills: SkillAt[] | undefined, draft: Draft) =>
  (Array.isArray(skills) ? skills : [])
    .map((row) => `${nameIn(draft, 'skills', row.skill)} ${row.level ?? 1}`)
    .join(', ');

const NOTES: Partial<Record<Table, (row: never, draft: Draft) => Array<string | undefined>>> = {
  queues: (row: QueueConfig, draft) => [
    row.closed ? words.value.fields.closed.label : undefined,
    skillsOf(row.skills, draft),
  ],
  agents: (row: AgentConfig, draft) => [row.profile, skillsOf(row.skills, draft)],
  profiles: (rows: ProfileQueue[], draft) => [
    (Array.isArray(rows) ? rows : []).map((row) => nameIn(draft, 'queues', row.queue)).join(', '),
  ],
  hours: (row: Hours) => [
    (Array.isArray(row.weekly) ? row.weekly : [])
      .map(({ from, to }) => `${from}–${to}`)
      .filter((text, index, all) => all.indexOf(text) === index)
      .join(', '),
  ],
};
