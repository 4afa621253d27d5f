// Names for ids, each apart from the sentence that it may stand in.

import type { Id } from '@baton/client';
import { isolated } from '../../../shared/src/names.ts';
import { useBoard } from './board.ts';

export interface Names {
  agent(id: Id): string;
  queue(id: Id): string;
}

export function useNames(): Names {
  const { agents, queues } = useBoard();
  return {
    agent: (id) => isolated(agents.value.get(id)?.name ?? id),
    queue: (id) => isolated(queues.value.find((one) => one.queue === id)?.name ?? id),
  };
}
