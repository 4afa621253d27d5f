// What needs attention, and what does not.

import { beforeEach, describe, expect, it } from 'vitest';
import { arrived, oldestOf } from '../src/live/ages.ts';
import { IDLE_MS, keyOf, levelOf, levelOfQueue, look, type Situation } from '../src/live/alerts.ts';
import { now } from '../src/live/clock.ts';
import { agent, queue } from './rows.ts';

const at = (fields: Partial<Situation> = {}) =>
  look({
    queues: [],
    agents: [],
    hasLeader: true,
    nowMs: 0,
    idleSince: new Map(),
    ...fields,
  });
const kinds = (fields: Partial<Situation>) => at(fields).alerts.map((one) => one.kind);

beforeEach(() => {
  now.value = performance.now();
});

describe('the age of the oldest', () => {
  it('runs on from what the row said when it came', () => {
    const row = queue({ waiting: 1, oldest_wait_s: 5 });
    arrived(row);
    now.value = performance.now() + 3_000;
    expect(oldestOf(row)).toBeGreaterThanOrEqual(8);
    expect(oldestOf(row)).toBeLessThan(8.5);
    // The same row once more is no newer.
    arrived(row);
    expect(oldestOf(row)).toBeGreaterThanOrEqual(8);
  });

  it('is none where nobody waits', () => {
    expect(oldestOf(queue({ oldest_wait_s: 5 }))).toBe(0);
  });
});

describe('alerts', () => {
  it('are none where nobody waits, whoever is there', () => {
    const quiet = [queue({ eligible_agents: 0 }), queue({ available_agents: 2 })];
    expect(kinds({ queues: quiet })).toEqual([]);
  });

  it('tell of somebody whom nobody could take', () => {
    const row = queue({ waiting: 1, eligible_agents: 0 });
    expect(kinds({ queues: [row] })).toEqual(['nobody']);
    expect(levelOf(at({ queues: [row] }).alerts[0]!)).toBe('bad');
  });

  it('tell of an oldest over the target, worse when it is far over', () => {
    const level = (oldest_wait_s: number) => {
      const [alert] = at({ queues: [queue({ waiting: 1, oldest_wait_s })] }).alerts;
      return alert && levelOf(alert);
    };
    expect([level(19), level(21), level(61)]).toEqual([undefined, 'warn', 'bad']);
  });

  it('tell of somebody free while somebody waits, not before it lasts', () => {
    const queues = [queue({ waiting: 1, available_agents: 1 })];
    const first = at({ queues });
    expect(first.alerts).toEqual([]);
    const { idleSince } = first;
    expect(kinds({ queues, idleSince, nowMs: IDLE_MS - 1 })).toEqual([]);
    expect(kinds({ queues, idleSince, nowMs: IDLE_MS })).toEqual(['idle']);
    // It was not so in between: it counts from the beginning.
    const between = at({ queues: [queue()], idleSince, nowMs: 1_000 });
    const again = at({ queues, idleSince: between.idleSince, nowMs: 2_000 });
    expect(kinds({ queues, idleSince: again.idleSince, nowMs: 4_000 })).toEqual([]);
  });

  it('take those who are being offered for looked after', () => {
    const queues = [queue({ waiting: 2, available_agents: 1 })];
    const agents = [agent({ load: { handling: 0, offered: 2, wrapup: 0 } })];
    const { idleSince } = at({ queues, agents });
    expect(kinds({ queues, agents, idleSince, nowMs: IDLE_MS * 2 })).toEqual([]);
  });

  it('tell that nobody leads, before all else', () => {
    const queues = [queue({ waiting: 1, oldest_wait_s: 30 })];
    expect(kinds({ queues, hasLeader: false })).toEqual(['no_leader', 'late']);
  });

  it('put the worst first, and a queue is as bad as its worst', () => {
    const late = queue({ waiting: 1, oldest_wait_s: 30 });
    const none = queue({ queue: 'sales', waiting: 1, oldest_wait_s: 30, eligible_agents: 0 });
    const { alerts } = at({ queues: [late, none] });
    expect(alerts.map(keyOf)).toEqual(['nobody sales', 'late billing', 'late sales']);
    expect(levelOfQueue(alerts, 'billing')).toBe('warn');
    expect(levelOfQueue(alerts, 'sales')).toBe('bad');
    expect(levelOfQueue(alerts, 'other')).toBe('good');
  });
});
