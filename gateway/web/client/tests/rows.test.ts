// Rows of a board: the newest of each, told by the frame, and forgotten when they are gone.

import { describe, expect, it } from 'vitest';
import { rows } from '../src/rows.ts';
import { FakeClock } from './world.ts';

interface Row {
  id: string;
  rev: number;
  text?: string;
}

function board() {
  const clock = new FakeClock();
  const it = rows<Row>((row) => row.id, clock);
  const told: number[] = [];
  it.all.subscribe((all) => told.push(all.size));
  return { clock, it, told };
}

describe('rows', () => {
  it('are told once a frame, however many came', async () => {
    const { clock, it, told } = board();
    for (let at = 0; at < 3_000; at++) it.put({ id: `agent${at}`, rev: 1 });
    expect(told).toEqual([]);
    await clock.pass(20);
    expect(told).toEqual([3_000]);
    it.put({ id: 'agent1', rev: 2 });
    // Whoever looks at thousands of rows is not told by the frame.
    await clock.pass(20);
    expect(told).toEqual([3_000]);
    await clock.pass(60);
    expect(told).toEqual([3_000, 3_000]);
  });

  it('can be read at once, as a copy that does not change', () => {
    const { it } = board();
    it.put({ id: 'a', rev: 1 });
    const before = it.all.get();
    expect(it.all.get()).toBe(before);
    it.put({ id: 'b', rev: 1 });
    expect([before.size, it.all.get().size]).toEqual([1, 2]);
  });

  it('are the newest, and do not go back', () => {
    const { it } = board();
    it.put({ id: 'a', rev: 5, text: 'new' });
    it.put({ id: 'a', rev: 4, text: 'old' });
    expect(it.all.get().get('a')?.text).toBe('new');
  });

  it('that a whole list lacks are forgotten, unless they came or changed since it was asked for', () => {
    const { it } = board();
    for (const id of ['gone', 'stays', 'changes']) it.put({ id, rev: 1 });
    const before = it.all.get();
    it.put({ id: 'changes', rev: 2 });
    it.put({ id: 'new', rev: 1 });
    it.replace([{ id: 'stays', rev: 3 }], before);
    expect([...it.all.get().values()].map(({ id, rev }) => `${id} ${rev}`)).toEqual([
      'stays 3',
      'changes 2',
      'new 1',
    ]);
  });
});
