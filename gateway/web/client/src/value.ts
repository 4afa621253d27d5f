// Values that can be watched: the whole of what a page binds to. No framework's signals here;
// `get` and `subscribe` are enough to make any of them from it.

/** A value and the news that it changed. */
export interface Readable<T> {
  get(): T;
  /** Calls back after each change, not at once; the answer ends it. */
  subscribe(listener: (value: T) => void): () => void;
}

/** One that its owner changes. */
export interface Cell<T> extends Readable<T> {
  set(value: T): void;
}

/** A cell that holds `value`. Setting what it holds already is no change. */
export function cell<T>(value: T): Cell<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      tellAll(listeners, next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Tells those who listen now; what one of them throws is reported and stops nobody else. */
export function tellAll<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
