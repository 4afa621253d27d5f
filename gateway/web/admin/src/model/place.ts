// Where something stands in a configuration: a place is what is edited, compared and merged as one
// (a queue, an agent, the rules), and a path leads to a field within it. Findings of the server
// name both in one text, as `queues.billing.skills[0].level`.

import type { Configuration } from '@baton/client';

/** Parts with rows by id. */
export const TABLES = [
  'queues',
  'skills',
  'agents',
  'profiles',
  'hours',
  'supervisors',
] as const satisfies readonly (keyof Configuration)[];
export type Table = (typeof TABLES)[number];

/** `queues/billing`, or a part without rows: `rules`, `time_zone`. */
export type Place = string;
export type Path = ReadonlyArray<string | number>;

/** A field. */
export interface At {
  place: Place;
  path: Path;
}

export const placeOf = (table: Table, id: string): Place => `${table}/${id}`;

export function isTable(name: string): name is Table {
  return (TABLES as readonly string[]).includes(name);
}

/** Table and id, or the part's name alone. */
export function split(place: Place): { part: string; id?: string } {
  const cut = place.indexOf('/');
  return cut < 0 ? { part: place } : { part: place.slice(0, cut), id: place.slice(cut + 1) };
}

export const at = (place: Place, ...path: Path): At => ({ place, path });
export const into = (field: At, ...more: Path): At => ({
  place: field.place,
  path: [...field.path, ...more],
});

/** As findings name it. */
export function textOf({ place, path }: At): string {
  const { part, id } = split(place);
  const ends = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return part + (id === undefined ? '' : `.${id}`) + ends.join('');
}

/** Whether a finding's path is this field or something within it. */
export function isWithin(finding: string, field: string): boolean {
  if (!finding.startsWith(field)) return false;
  const next = finding[field.length];
  return next === undefined || next === '.' || next === '[';
}

/** The place that a finding is about. Ids may hold dots: the longest that exists counts. */
export function placeOfFinding(finding: string, has: (place: Place) => boolean): Place {
  const part = /^[^.[]*/.exec(finding)?.[0] ?? '';
  const rest = finding.slice(part.length + 1);
  if (!isTable(part) || rest === '') return part;
  for (let end = rest.length; end > 0; end = cutBefore(rest, end)) {
    const place = placeOf(part, rest.slice(0, end));
    if (has(place)) return place;
  }
  return part;
}

function cutBefore(text: string, end: number): number {
  return Math.max(text.lastIndexOf('.', end - 1), text.lastIndexOf('[', end - 1));
}
