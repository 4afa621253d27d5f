// What happened in queues in the last hours: read for those that are shown, again and again.

import {
  asBatonError,
  getQueueHistory,
  type Http,
  type Id,
  type QueueHistory,
} from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useBoard } from './board.ts';

const AGAIN_MS = 30_000;

export interface Histories {
  readonly all: ReadonlySignal<ReadonlyMap<Id, QueueHistory>>;
  /** Whether this server keeps none. */
  readonly isAbsent: ReadonlySignal<boolean>;
  /** Keeps a queue's history fresh until the answer is called. */
  want(queue: Id): () => void;
  close(): void;
}

export function histories(http: Http): Histories {
  const all = signal<ReadonlyMap<Id, QueueHistory>>(new Map());
  const isAbsent = signal(false);
  /** How many want it, and when it is to be read. */
  const wanted = new Map<Id, { count: number; dueMs: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let isClosed = false;

  const readOne = async (queue: Id) => {
    try {
      const history = await getQueueHistory(http, queue, 0);
      all.value = new Map(all.peek()).set(queue, history);
      isAbsent.value = false;
    } catch (error) {
      // Calls that a server does not have are not found; a queue that is gone has its own code.
      if (asBatonError(error).code === 'not_found') isAbsent.value = true;
    }
  };
  /** One after the other: a board with many queues is no crowd. */
  const read = async () => {
    if (isReading) return;
    isReading = true;
    for (const [queue, want] of [...wanted]) {
      const isDue = want.dueMs <= performance.now() && wanted.has(queue);
      if (isClosed || !isDue) continue;
      want.dueMs = performance.now() + AGAIN_MS;
      await readOne(queue);
      if (isAbsent.value) break;
    }
    isReading = false;
    schedule(AGAIN_MS / 6);
  };
  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (isClosed || wanted.size === 0) return;
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void read();
      else schedule(AGAIN_MS);
    }, ms);
  };

  return {
    all,
    isAbsent,
    want(queue) {
      const want = wanted.get(queue) ?? { count: 0, dueMs: 0 };
      want.count += 1;
      wanted.set(queue, want);
      schedule(0);
      return () => {
        want.count -= 1;
        if (want.count === 0) wanted.delete(queue);
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Those that were read, of queues that there are: all of them, or as many as were ever shown. */
export function usePast(): { past: readonly QueueHistory[]; isAll: boolean; queues: number } {
  const { queues, histories } = useBoard();
  const past = queues.value.flatMap(({ queue }) => histories.all.value.get(queue) ?? []);
  return { past, isAll: past.length === queues.value.length, queues: queues.value.length };
}

/** The history of a queue for as long as a component shows it. */
export function useHistory(from: Histories, queue: Id): QueueHistory | undefined {
  useEffect(() => from.want(queue), [from, queue]);
  return from.all.value.get(queue);
}
