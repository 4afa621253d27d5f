// Plain JSON values: read and replaced along a path without touching the old one, and compared by
// what they mean to the server.

import type { Path } from './place.ts';

export type Json = unknown;
export type Fields = Record<string, Json>;

export function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function getAt(value: Json, path: Path): Json {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Fields)[step];
  }
  return here;
}

/**
 * The value with another one at the path; `undefined` takes the field out, and with it what is
 * left empty around it.
 */
export function setAt(value: Json, path: Path, next: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (typeof step === 'number') return setRow(value, step, rest, next);
  const fields = { ...(isFields(value) ? value : {}) };
  const inner = setAt(fields[step], rest, next);
  if (inner === undefined || (rest.length > 0 && next === undefined && isEmpty(inner))) {
    delete fields[step];
  } else {
    fields[step] = inner;
  }
  return fields;
}

function setRow(value: Json, step: number, rest: Path, next: Json): Json {
  const rows = Array.isArray(value) ? [...value] : [];
  const inner = setAt(rows[step], rest, next);
  if (inner === undefined) rows.splice(step, 1);
  else rows[step] = inner;
  return rows;
}

/** What says as little as nothing. */
export function isEmpty(value: Json): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}

/** Fields that the server writes out where they were left out. */
const WRITTEN_OUT: Fields = { priority: 0, closed: false, level: 1, required: false, kind: 'text' };

/** Whether a field says no more than leaving it out does. */
export function isDefault(name: string, value: Json): boolean {
  return value === undefined || value === null || isIdle(name, value);
}

function isIdle(name: string, value: Json): boolean {
  return WRITTEN_OUT[name] === value || (name !== 'start_fields' && isEmpty(value));
}

/** Whether two values mean the same. */
export function isSame(a: Json, b: Json): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((row, index) => isSame(row, b[index]));
  }
  if (!isFields(a) || !isFields(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every(
    (name) => isSame(a[name], b[name]) || (isDefault(name, a[name]) && isDefault(name, b[name])),
  );
}
