// Rows that have a `rev`, by id: what `watch` and the directory tell of agents and queues.

import type { Id } from './types.ts';
import { cell, type Readable } from './value.ts';

export interface Rows<T> {
  readonly all: Readable<ReadonlyMap<Id, T>>;
  /** Takes in newer rows; an older one than is known is ignored. */
  put(...rows: readonly T[]): void;
}

export function rows<T extends { rev: number }>(id: (row: T) => Id): Rows<T> {
  const all = cell<ReadonlyMap<Id, T>>(new Map());
  return {
    all,
    put(...fresh) {
      const next = new Map(all.get());
      for (const row of fresh) {
        if (row.rev >= (next.get(id(row))?.rev ?? 0)) next.set(id(row), row);
      }
      all.set(next);
    },
  };
}
