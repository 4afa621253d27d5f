// What things are called: names where they have one, ids otherwise; and all of a table to choose
// from.

import type { Draft } from '../model/draft.ts';
import { type Place, placeOf, split, type Table } from '../model/place.ts';
import { isFields } from '../model/value.ts';
import { fieldWords, words } from '../words/words.ts';
import type { Option } from './inputs.tsx';

export function nameIn(draft: Draft, table: Table, id: string): string {
  const row = draft.get(placeOf(table, id));
  const name = isFields(row) ? row.name : undefined;
  return typeof name === 'string' && name !== '' ? name : id;
}

export function optionsOf(draft: Draft, table: Table): Option[] {
  return draft.ids(table).map((id) => {
    const name = nameIn(draft, table, id);
    return [id, name.toLowerCase() === id ? name : `${name} (${id})`];
  });
}

/** `Queues › Billing`, `Policies`. */
export function nameOfPlace(draft: Draft, place: Place): string {
  const { part, id } = split(place);
  if (id === undefined) return fieldWords(part).label;
  return `${words.value.sections[part as Table]} › ${nameIn(draft, part as Table, id)}`;
}
