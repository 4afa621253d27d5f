// The library's values as signals: a component that reads one is drawn again when it changes.

import type { Readable } from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';

const known = new WeakMap<Readable<unknown>, ReadonlySignal<unknown>>();

/** The signal of a value; the same one each time, for as long as the value lives. */
export function toSignal<T>(value: Readable<T>): ReadonlySignal<T> {
  const before = known.get(value) as ReadonlySignal<T> | undefined;
  if (before) return before;
  const it = signal(value.get());
  value.subscribe((next) => {
    it.value = next;
  });
  known.set(value, it);
  return it;
}
