// Rows that a search finds: by id, by name, and by what belongs to them.

import type { Draft } from './draft.ts';
import { placeOf, type Table } from './place.ts';
import { isFields, type Json } from './value.ts';

/** Ids of rows with every word of the text. */
export function matching(draft: Draft, table: Table, text: string, most = Infinity): string[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: string[] = [];
  for (const id of draft.ids(table)) {
    const said = textOf(id, draft.get(placeOf(table, id)));
    if (wanted.every((word) => said.includes(word))) found.push(id);
    if (found.length >= most) break;
  }
  return found;
}

function textOf(id: string, row: Json): string {
  if (!isFields(row)) return id.toLowerCase();
  const skills = Array.isArray(row.skills) ? row.skills.map((one) => one?.skill ?? '') : [];
  const parts = [id, row.name ?? '', row.profile ?? '', row.hours ?? '', ...skills];
  return parts.join('\n').toLowerCase();
}
