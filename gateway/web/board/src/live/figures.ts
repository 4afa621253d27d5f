// Sums over the rows: what the whole place does now. Pure.

import type { AgentRow, QueueRow, QueueStep } from '@baton/client';

/** Where an agent stands, as one word: what the board counts, filters and colours by. */
export const STANDINGS = ['free', 'busy', 'wrapup', 'away', 'out', 'lost'] as const;
export type Standing = (typeof STANDINGS)[number];

export function standingOf(agent: AgentRow): Standing {
  if (agent.status === 'logged_out') return 'out';
  if (agent.connectivity !== 'online') return 'lost';
  if (agent.activity === 'handling') return 'busy';
  if (agent.activity === 'wrapup') return 'wrapup';
  if (agent.status === 'not_ready' || agent.next_status) return 'away';
  return agent.activity === 'offered' ? 'busy' : 'free';
}

/** Whether the server would offer them something now that a person gives them. */
export const isWilling = ({ status, connectivity, next_status }: AgentRow): boolean =>
  status === 'ready' && connectivity === 'online' && !next_status;

export function countStandings(agents: Iterable<AgentRow>): Record<Standing, number> {
  const counts = { free: 0, busy: 0, wrapup: 0, away: 0, out: 0, lost: 0 };
  for (const agent of agents) counts[standingOf(agent)]++;
  return counts;
}

/** Offers that somebody is looking at now, those of invitations included. */
export function offersOut(agents: Iterable<AgentRow>): number {
  let all = 0;
  for (const agent of agents) all += agent.load.offered;
  return all;
}

export function waitingIn(queues: Iterable<QueueRow>): number {
  let all = 0;
  for (const queue of queues) all += queue.waiting;
  return all;
}

/** Of the last hours, together. */
export interface Sums {
  entered: number;
  accepted: number;
  abandoned: number;
  within_target: number;
}

export function sumsOf(buckets: Iterable<QueueStep>): Sums {
  const sums = { entered: 0, accepted: 0, abandoned: 0, within_target: 0 };
  for (const bucket of buckets) {
    sums.entered += bucket.entered;
    sums.accepted += bucket.accepted;
    sums.abandoned += bucket.abandoned;
    sums.within_target += bucket.within_target;
  }
  return sums;
}

/** Taken in time, of those taken and given up; none while there were none. */
export function serviceLevel({ accepted, abandoned, within_target }: Sums): number | null {
  const all = accepted + abandoned;
  return all ? within_target / all : null;
}
