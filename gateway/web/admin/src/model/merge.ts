// Two people's changes to one configuration brought together: fields that only one of them changed
// are taken from there, those that both changed otherwise are for a person to decide.

import type { Configuration } from '@baton/client';
import { type Edits, published } from './draft.ts';
import type { At, Path, Place } from './place.ts';
import { isFields, isSame, type Json, setAt } from './value.ts';

/** A field that both changed. */
export interface Clash extends At {
  theirs: Json;
  mine: Json;
}

export interface Merged {
  /** One's own edits over theirs; where both changed a field, one's own value. */
  edits: Map<Place, Json>;
  clashes: Clash[];
}

/** Brings edits that were made over `base` on top of `theirs`. */
export function merge(base: Configuration, theirs: Configuration, edits: Edits): Merged {
  const clashes: Clash[] = [];
  const merged = new Map<Place, Json>();
  for (const [place, mine] of edits) {
    const [before, now] = [published(base, place), published(theirs, place)];
    merged.set(place, together({ before, theirs: now, mine }, place, [], clashes));
  }
  return { edits: merged, clashes };
}

/** The edits with theirs in place of one's own at some clashes. */
export function yieldAt(edits: Edits, clashes: readonly Clash[]): Map<Place, Json> {
  const yielded = new Map(edits);
  for (const { place, path, theirs } of clashes) {
    yielded.set(place, setAt(yielded.get(place), path, theirs));
  }
  return yielded;
}

interface Three {
  before: Json;
  theirs: Json;
  mine: Json;
}

function together(
  { before, theirs, mine }: Three,
  place: Place,
  path: Path,
  clashes: Clash[],
): Json {
  if (isSame(theirs, before) || isSame(theirs, mine)) return mine;
  if (isSame(mine, before)) return theirs;
  if (!isFields(theirs) || !isFields(mine)) {
    clashes.push({ place, path, theirs, mine });
    return mine;
  }
  const old = isFields(before) ? before : {};
  const fields: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const three = { before: old[name], theirs: theirs[name], mine: mine[name] };
    const value = together(three, place, [...path, name], clashes);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}
