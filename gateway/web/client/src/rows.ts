// Rows that have a `rev`, by id: what `watch` and the directory tell of agents and queues. Thousands
// come at once; whoever watches is told of all that came within a frame together.

import type { Clock } from './platform.ts';
import type { Id } from './types.ts';
import { type Readable, tellAll } from './value.ts';

/** Nobody sees more often than this. */
const FRAME_MS = 16;
/** Whoever listens may look at every row: many rows are told less often. */
const ROWS_A_MS = 50;

export interface Rows<T> {
  readonly all: Readable<ReadonlyMap<Id, T>>;
  /** Takes in a newer row; an older one than is known is ignored. */
  put(row: T): void;
  /**
   * Takes in the whole list as it was asked for when `before` was all there was: of those, what is
   * not in it any more, and did not change since, is forgotten.
   */
  replace(whole: readonly T[], before: ReadonlyMap<Id, T>): void;
}

export function rows<T extends { rev: number }>(id: (row: T) => Id, clock: Clock): Rows<T> {
  const known = new Map<Id, T>();
  const listeners = new Set<(all: ReadonlyMap<Id, T>) => void>();
  /** A copy that nobody changes; none after a change. */
  let copy: ReadonlyMap<Id, T> | null = null;
  let isTelling = false;

  const get = () => {
    copy ??= new Map(known);
    return copy;
  };
  const changed = () => {
    copy = null;
    if (isTelling) return;
    isTelling = true;
    clock.after(FRAME_MS + known.size / ROWS_A_MS, () => {
      isTelling = false;
      tellAll(listeners, get());
    });
  };
  const put = (row: T) => {
    if (row.rev < (known.get(id(row))?.rev ?? 0)) return;
    known.set(id(row), row);
    changed();
  };
  return {
    all: {
      get,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    put,
    replace(whole, before) {
      whole.forEach(put);
      const listed = new Set(whole.map(id));
      for (const [one, row] of before) {
        if (!listed.has(one) && known.get(one) === row && known.delete(one)) changed();
      }
    },
  };
}
