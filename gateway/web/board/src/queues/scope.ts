// Of how many queues a sum is, where it is not of all.

import { usePast } from '../live/histories.ts';
import { words } from '../words/words.ts';

/** What a figure is of; with the queues, unless they are all in it. */
export function useScope(of: string): string {
  const { past, isAll, queues } = usePast();
  return isAll || past.length === 0 ? of : `${of} · ${words.value.ofQueues(past.length, queues)}`;
}
