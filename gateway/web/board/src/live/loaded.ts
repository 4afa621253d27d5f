// Something that is asked for by HTTP, and asked for again: what came last, and what was the
// matter with the last try. What came stays while the next is on its way.

import { asBatonError, type BatonError } from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';

export interface Loaded<T> {
  readonly value: ReadonlySignal<T | null>;
  readonly error: ReadonlySignal<BatonError | null>;
  /** Asks again; while one is on its way, that one counts. */
  refresh(): void;
}

export interface Source<T> extends Loaded<T> {
  close(): void;
}

/** Asks at once, and again `everyMs` after each answer while the page can be seen. */
export function source<T>(ask: () => Promise<T>, everyMs?: number): Source<T> {
  const value = signal<T | null>(null);
  const error = signal<BatonError | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isClosed = false;
  const refresh = async () => {
    if (isAsking || isClosed) return;
    isAsking = true;
    clearTimeout(timer);
    try {
      const answer = await ask();
      if (!isClosed) value.value = answer;
      error.value = null;
    } catch (thrown) {
      error.value = asBatonError(thrown);
    }
    isAsking = false;
    if (everyMs && !isClosed) timer = setTimeout(again, everyMs);
  };
  const again = () => {
    if (document.visibilityState === 'visible') void refresh();
    else timer = setTimeout(again, everyMs);
  };
  void refresh();
  return {
    value,
    error,
    refresh: () => void refresh(),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** A source for as long as a component shows it; anew for other `keys`. */
export function useLoaded<T>(
  ask: () => Promise<T>,
  keys: readonly unknown[],
  everyMs?: number,
): Loaded<T> {
  const it = useMemo(() => source(ask, everyMs), keys);
  useEffect(() => () => it.close(), [it]);
  return it;
}
