// What needs somebody's attention now. Pure; how long something has been so is handed in and out.

import type { AgentRow, Id, QueueRow } from '@baton/client';
import { oldestOf } from './ages.ts';
import { offersOut } from './figures.ts';

export type Alert =
  | { kind: 'no_leader' }
  | { kind: 'nobody'; queue: QueueRow }
  | { kind: 'late'; queue: QueueRow; oldest_s: number }
  | { kind: 'idle'; queue: QueueRow };

export type Level = 'good' | 'warn' | 'bad';

/** An agent is offered what waits at once; a row may be a second old, and an offer on its way. */
export const IDLE_MS = 3_000;
/** So many times the target is not late any more, but bad. */
const FAR_OVER = 3;

export interface Situation {
  queues: readonly QueueRow[];
  agents: Iterable<AgentRow>;
  hasLeader: boolean;
  /** By the page's clock. */
  nowMs: number;
  /** Since when somebody free and somebody waiting are seen together, by queue. */
  idleSince: ReadonlyMap<Id, number>;
}

export interface Findings {
  /** The worst first. */
  alerts: readonly Alert[];
  idleSince: ReadonlyMap<Id, number>;
}

export function look(situation: Situation): Findings {
  const { queues, agents, hasLeader, nowMs } = situation;
  const alerts: Alert[] = hasLeader ? [] : [{ kind: 'no_leader' }];
  const idleSince = new Map<Id, number>();
  // Those who wait and are being offered count as waiting: only more than that are left waiting.
  const offers = offersOut(agents);
  for (const queue of queues) {
    if (queue.waiting === 0) continue;
    const oldest_s = oldestOf(queue);
    if (queue.eligible_agents === 0) alerts.push({ kind: 'nobody', queue });
    if (oldest_s > queue.service_level.target_s) alerts.push({ kind: 'late', queue, oldest_s });
    if (queue.available_agents === 0 || queue.waiting <= offers) continue;
    const since = situation.idleSince.get(queue.queue) ?? nowMs;
    idleSince.set(queue.queue, since);
    if (nowMs - since >= IDLE_MS) alerts.push({ kind: 'idle', queue });
  }
  alerts.sort((a, b) => Number(levelOf(b) === 'bad') - Number(levelOf(a) === 'bad'));
  return { alerts, idleSince };
}

export function levelOf(alert: Alert): Exclude<Level, 'good'> {
  switch (alert.kind) {
    case 'no_leader':
    case 'nobody':
      return 'bad';
    case 'late':
      return alert.oldest_s > alert.queue.service_level.target_s * FAR_OVER ? 'bad' : 'warn';
    case 'idle':
      return 'warn';
  }
}

/** The worst of a queue. */
export function levelOfQueue(alerts: readonly Alert[], queue: Id): Level {
  let worst: Level = 'good';
  for (const alert of alerts) {
    if (alert.kind === 'no_leader' || alert.queue.queue !== queue) continue;
    if (levelOf(alert) === 'bad') return 'bad';
    worst = 'warn';
  }
  return worst;
}

/** What stays the same while an alert goes on. */
export function keyOf(alert: Alert): string {
  return alert.kind === 'no_leader' ? alert.kind : `${alert.kind} ${alert.queue.queue}`;
}
