// What differs between two values of one place, field by field, for people to read: rows that have
// a key are held against the row of the same key, others against the one that stands there.

import type { Path } from './place.ts';
import { isDefault, isFields, isSame, type Json } from './value.ts';

export interface Change {
  path: Path;
  /** `undefined`: was not there. */
  before: Json;
  /** `undefined`: is not there any more. */
  after: Json;
}

/** Fields by which rows of a list are known. */
const KEYS = ['skill', 'queue', 'date', 'name'];

export function compare(before: Json, after: Json, path: Path = []): Change[] {
  if (isSame(before, after)) return [];
  if (isTree(before, after)) return ofFields(before ?? {}, after ?? {}, path);
  if (isList(before, after)) return ofLists(before ?? [], after ?? [], path);
  return [{ path, before, after }];
}

function isTree(before: Json, after: Json): boolean {
  const all = [before, after].filter((value) => value !== undefined);
  return all.every(isFields);
}

/** Lists of rows; a list of plain values is one value. */
function isList(before: Json, after: Json): boolean {
  const all = [before, after].filter((value) => value !== undefined);
  return all.every((value) => Array.isArray(value) && value.every(isFields));
}

function ofFields(before: Json, after: Json, path: Path): Change[] {
  const [old, now] = [before, after] as [Record<string, Json>, Record<string, Json>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    if (isDefault(name, old[name]) && isDefault(name, now[name])) return [];
    return compare(old[name], now[name], [...path, name]);
  });
}

type Row = Record<string, Json>;

function ofLists(before: Json, after: Json, path: Path): Change[] {
  const [old, now] = [before as Row[], after as Row[]];
  const key = KEYS.find((name) => isKey(old, name) && isKey(now, name));
  const changes = key ? byKey(old, now, key, path) : byPosition(old, now, path);
  // The same rows in another order.
  return changes.length > 0 ? changes : [{ path, before, after }];
}

function isKey(rows: Row[], name: string): boolean {
  const values = rows.map((row) => row[name]);
  return values.every((value) => value !== undefined) && new Set(values).size === rows.length;
}

function byKey(old: Row[], now: Row[], key: string, path: Path): Change[] {
  const gone = old.flatMap((row, index) =>
    now.some((other) => other[key] === row[key])
      ? []
      : [{ path: [...path, index], before: row, after: undefined }],
  );
  const there = now.flatMap((row, index) => {
    const before = old.find((other) => other[key] === row[key]);
    return rowChanges(before, row, [...path, index]);
  });
  return [...gone, ...there];
}

function byPosition(old: Row[], now: Row[], path: Path): Change[] {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && isSame(old[head], now[head])) head++;
  let tail = 0;
  while (tail < shorter - head && isSame(old.at(-1 - tail), now.at(-1 - tail))) tail++;
  const rest = Math.max(old.length, now.length) - head - tail;
  return Array.from({ length: rest }, (_, index) => {
    const here = head + index;
    const before = here < old.length - tail ? old[here] : undefined;
    const after = here < now.length - tail ? now[here] : undefined;
    return rowChanges(before, after, [...path, here]);
  }).flat();
}

/** A row as a whole: it is read at a glance, and its fields say little alone. */
function rowChanges(before: Json, after: Json, path: Path): Change[] {
  return isSame(before, after) ? [] : [{ path, before, after }];
}
