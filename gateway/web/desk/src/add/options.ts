// Whom and what one can add, as live rows tell: those that a search means, the likeliest first.
// Pure.

import type { AgentRow, Chat, Id, QueueRow, Target } from '@baton/client';
import { isOut, roomOf } from '../room.ts';

export type Option = { key: string; name: string; to: Target } & (
  | { kind: 'queue'; row: QueueRow }
  | {
      kind: 'agent';
      row: AgentRow;
      /** Why it cannot be chosen. */
      barred?: 'here' | 'asked' | 'you';
    }
);

/** So many are drawn; the search finds the others. */
export const MOST = 40;

export interface Choices {
  options: readonly Option[];
  /** Matching ones that are not drawn. */
  more: number;
}

export interface Wish {
  search: string;
  queues: Iterable<QueueRow>;
  agents: Iterable<AgentRow>;
  chat: Chat | null;
  me: Id;
  /** How likely agents were when they were first seen: the order holds while one looks at it. */
  ranks?: Map<Id, number>;
}

export function choicesFor({ search, queues, agents, chat, me, ranks = new Map() }: Wish): Choices {
  const rankOf = (row: AgentRow) => {
    const rank = ranks.get(row.agent) ?? likelihoodOf(row);
    ranks.set(row.agent, rank);
    return rank;
  };
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const means = (text: string) => {
    const low = text.toLocaleLowerCase();
    return words.every((word) => low.includes(word));
  };
  const queueOptions = [...queues]
    .filter(({ queue, name }) => means(`${name} ${queue}`))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((row): Option => {
      const to = { queue: row.queue };
      return { key: `queue-${row.queue}`, kind: 'queue', name: row.name, to, row };
    });
  const agentOptions = [...agents]
    .filter(({ agent, name, skills }) =>
      means(`${name} ${agent} ${skills.map(({ skill }) => skill).join(' ')}`),
    )
    .sort((a, b) => rankOf(b) - rankOf(a) || a.name.localeCompare(b.name))
    .map((row): Option => {
      const barred = barOf(row.agent, chat, me);
      const to = { agent: row.agent };
      const option = { key: `agent-${row.agent}`, kind: 'agent', name: row.name, to, row } as const;
      return barred ? { ...option, barred } : option;
    });
  const all = [...queueOptions, ...agentOptions];
  return { options: all.slice(0, MOST), more: Math.max(0, all.length - MOST) };
}

/** Those who could take something now come first, then those who could soon. */
function likelihoodOf(row: AgentRow): number {
  if (isOut(row)) return 0;
  if (row.status !== 'ready' || row.next_status) return 1;
  return roomOf(row) > 0 ? 3 : 2;
}

function barOf(agent: Id, chat: Chat | null, me: Id): 'here' | 'asked' | 'you' | undefined {
  if (agent === me) return 'you';
  const state = chat?.participants.find(({ id }) => id === agent)?.state;
  if (state === 'connected' || state === 'disconnected') return 'here';
  return state === 'invited' ? 'asked' : undefined;
}
