// Sums, orders and steps: what is counted, and how lists are arranged.

import type { AgentRow, QueueStep } from '@baton/client';
import { describe, expect, it } from 'vitest';
import { matches, pick } from '../src/agents/filters.ts';
import { byName } from '../src/live/by-name.ts';
import { countStandings, serviceLevel, standingOf, sumsOf } from '../src/live/figures.ts';
import { stepsOf, together } from '../src/live/steps.ts';
import { arrange, matchesQueue } from '../src/queues/order.ts';
import { agent, queue } from './rows.ts';

const step = (fields: Partial<QueueStep>): QueueStep => ({
  from: '2026-01-05T09:00:00.000Z',
  entered: 0,
  accepted: 0,
  abandoned: 0,
  within_target: 0,
  waiting_max: 0,
  ...fields,
});

describe('where an agent stands', () => {
  it('is one of six', () => {
    const rows = [
      agent(),
      agent({ activity: 'handling' }),
      agent({ activity: 'offered' }),
      agent({ activity: 'wrapup', status: 'not_ready' }),
      agent({ status: 'not_ready' }),
      agent({ next_status: 'not_ready' }),
      agent({ connectivity: 'grace', activity: 'handling' }),
      agent({ status: 'logged_out', connectivity: 'lost' }),
    ];
    const standings = ['free', 'busy', 'busy', 'wrapup', 'away', 'away', 'lost', 'out'];
    expect(rows.map(standingOf)).toEqual(standings);
    expect(countStandings(rows)).toEqual({ free: 1, busy: 2, wrapup: 1, away: 2, lost: 1, out: 1 });
  });
});

describe('the list of agents', () => {
  const rows = [
    agent({ agent: 'a', name: 'Zoë', since: '2026-01-05T08:00:00.000Z' }),
    agent({ agent: 'b', name: 'Ben', status: 'not_ready', since: '2026-01-05T07:00:00.000Z' }),
    agent({ agent: 'c', name: 'Chloé', capacity: { used: 500, total: 1000 } }),
  ];
  const ordered = byName<AgentRow>(
    (row) => row.agent,
    (row) => row.name,
  );
  const names = (wish: Partial<Parameters<typeof pick>[1]>) =>
    pick(ordered(rows), { search: '', standing: null, order: 'name', ...wish }).map(
      (one) => one.name,
    );

  it('is ordered as wished, by name where that says nothing', () => {
    expect(names({})).toEqual(['Ben', 'Chloé', 'Zoë']);
    expect(names({ order: 'standing' })).toEqual(['Chloé', 'Zoë', 'Ben']);
    expect(names({ order: 'since' })).toEqual(['Ben', 'Chloé', 'Zoë']);
    expect(names({ order: 'load' })).toEqual(['Chloé', 'Ben', 'Zoë']);
  });

  it('is narrowed by standing, name and skill', () => {
    expect(names({ standing: 'away' })).toEqual(['Ben']);
    expect(names({ search: 'chlo' })).toEqual(['Chloé']);
    expect(matches(rows[0]!, 'BILLING zo')).toBe(true);
    expect(matches(rows[0]!, 'french')).toBe(false);
  });
});

describe('the order by name', () => {
  it('follows names, new rows and those that are gone', () => {
    const order = byName<{ id: string; name: string }>(
      (row) => row.id,
      (row) => row.name,
    );
    const [a, b, c] = [
      { id: 'a', name: 'Zoë' },
      { id: 'b', name: 'Émile' },
      { id: 'c', name: 'ben' },
    ];
    expect(order([a, b])).toEqual([b, a]);
    const changed = { ...b, other: 1 };
    expect(order([a, changed])).toEqual([changed, a]);
    expect(order([a, b, c])).toEqual([c, b, a]);
    expect(order([a, c])).toEqual([c, a]);
    const renamed = { id: 'c', name: 'Zzz' };
    expect(order([a, renamed])).toEqual([a, renamed]);
  });
});

describe('the list of queues', () => {
  const quiet = queue({ queue: 'a', name: 'A' });
  const late = queue({ queue: 'b', name: 'B', waiting: 1, oldest_wait_s: 30 });
  const long = queue({ queue: 'c', name: 'C', waiting: 9, oldest_wait_s: 3 });
  const ids = (...args: Parameters<typeof arrange>) => arrange(...args).map((one) => one.queue);

  it('is ordered as wished', () => {
    const all = [quiet, late, long];
    const alerts = [{ kind: 'late' as const, queue: late, oldest_s: 30 }];
    expect(ids(all, 'name')).toEqual(['a', 'b', 'c']);
    expect(ids(all, 'worst', alerts)).toEqual(['b', 'c', 'a']);
    expect(ids(all, 'oldest')).toEqual(['b', 'c', 'a']);
    expect(ids(all, 'waiting')).toEqual(['c', 'b', 'a']);
  });

  it('is narrowed by name and id', () => {
    expect(matchesQueue(queue({ queue: 'fr', name: 'Support' }), 'supp FR')).toBe(true);
    expect(matchesQueue(queue(), 'sales')).toBe(false);
  });
});

describe('the last hours', () => {
  it('are steps without gaps, up to the running one', () => {
    const now = Date.parse('2026-01-05T12:02:00.000Z');
    const history = { step_s: 300, buckets: [step({ entered: 7 })] };
    const steps = stepsOf(history, now);
    expect(steps).toHaveLength(48);
    expect(steps.at(-1)?.from_s).toBe(Date.parse('2026-01-05T12:00:00.000Z') / 1_000);
    expect(steps.filter((one) => one.entered > 0)).toMatchObject([
      { from_s: Date.parse('2026-01-05T09:00:00.000Z') / 1_000, entered: 7 },
    ]);
  });

  it('of several queues are added up', () => {
    const one = { queue: 'a', step_s: 300, buckets: [step({ entered: 2, accepted: 1 })] };
    const other = { queue: 'b', step_s: 300, buckets: [step({ entered: 3 }), step({ from: 'x' })] };
    const { buckets } = together([one, other]);
    expect(buckets).toHaveLength(2);
    expect(buckets[0]).toMatchObject({ entered: 5, accepted: 1 });
  });

  it('have a service level once something ended', () => {
    expect(serviceLevel(sumsOf([]))).toBeNull();
    const sums = sumsOf([
      step({ accepted: 6, within_target: 5 }),
      step({ accepted: 2, abandoned: 2, within_target: 2 }),
    ]);
    expect(serviceLevel(sums)).toBe(0.7);
  });
});
