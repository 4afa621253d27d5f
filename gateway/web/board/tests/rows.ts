// Rows for tests, as the server tells them.

import type { AgentRow, QueueRow } from '@baton/client';

export function queue(fields: Partial<QueueRow> = {}): QueueRow {
  return {
    queue: 'billing',
    name: 'Billing',
    waiting: 0,
    oldest_wait_s: 0,
    eligible_agents: 2,
    available_agents: 0,
    ewt: null,
    open: true,
    service_level: { target_s: 20, since: '2026-01-05T00:00:00.000Z' },
    rev: 1,
    ...fields,
  };
}

export function agent(fields: Partial<AgentRow> = {}): AgentRow {
  return {
    agent: 'agent1',
    name: 'Alice Weber',
    status: 'ready',
    activity: 'idle',
    connectivity: 'online',
    load: { handling: 0, offered: 0, wrapup: 0 },
    capacity: { used: 0, total: 1000 },
    skills: [{ skill: 'billing', level: 8 }],
    since: '2026-01-05T08:00:00.000Z',
    rev: 1,
    ...fields,
  };
}
