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

export function pick(agents: Iterable<AgentRow>, { search, standing, order }: Wish): AgentRow[] {
  const found: AgentRow[] = [];
  for (const agent of agents) {
    const fits = standing === null || standingOf(agent) === standing;
    if (fits && (search === '' || matches(agent, search))) found.push(agent);
  }
  return found.sort((a, b) => by[order](a, b) || names.compare(a.name, b.name));
}

const names = new Intl.Collator();

const by: Record<Order, (a: AgentRow, b: AgentRow) => number> = {
  name: () => 0,
  standing: (a, b) => STANDINGS.indexOf(standingOf(a)) - STANDINGS.indexOf(standingOf(b)),
  // The longest first.
  since: (a, b) => (a.since < b.since ? -1 : Number(a.since > b.since)),
  load: (a, b) => loadOf(b) - loadOf(a),
};

/** How much of what an agent can carry is taken: 1 is all. */
export function loadOf({ capacity: { used, total } }: AgentRow): number {
  return total ? used / total : 0;
}
