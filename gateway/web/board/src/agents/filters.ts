// Which agents are listed, and in which order. Pure.

import type { AgentRow } from '@baton/client';
import { STANDINGS, type Standing, standingOf } from '../live/figures.ts';

export const ORDERS = ['standing', 'name', 'since', 'load'] as const;
export type Order = (typeof ORDERS)[number];

/** Every word of the search is in the name, the id or a skill. */
export function matches(agent: AgentRow, search: string): boolean {
  const text = `${agent.name} ${agent.agent} ${agent.skills.map((one) => one.skill).join(' ')}`;
  const low = text.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}

export interface Wish {
  search: string;
  standing: Standing | null;
  order: Order;
}

/** From those that are there by name, which is the order where nothing else tells. */
export function pick(agents: readonly AgentRow[], wish: Wish): readonly AgentRow[] {
  const { search, standing, order } = wish;
  const found = agents.filter((agent) => {
    const fits = standing === null || standingOf(agent) === standing;
    return fits && (search === '' || matches(agent, search));
  });
  if (order === 'name') return found;
  const key = KEYS[order];
  return found
    .map((agent) => ({ agent, key: key(agent) }))
    .sort((a, b) => a.key - b.key)
    .map((one) => one.agent);
}

const KEYS: Record<Exclude<Order, 'name'>, (agent: AgentRow) => number> = {
  standing: (agent) => STANDINGS.indexOf(standingOf(agent)),
  // The longest first.
  since: (agent) => Date.parse(agent.since),
  load: (agent) => -loadOf(agent),
};

/** How much of what an agent can carry is taken: 1 is all. */
export function loadOf({ capacity: { used, total } }: AgentRow): number {
  return total ? used / total : 0;
}
