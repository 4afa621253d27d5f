// What differs, and how two people's changes go together.

import { describe, expect, it } from 'vitest';
import { compare } from '../src/model/compare.ts';
import { editsBetween } from '../src/model/draft.ts';
import { merge, yieldAt } from '../src/model/merge.ts';
import { shop } from './world.ts';

describe('a comparison', () => {
  it('names each field with its old and its new value', () => {
    const before = { name: 'A', policies: { offer_s: 20 }, priority: 0 };
    const after = { name: 'B', policies: { offer_s: 30, wrapup_s: 5 } };
    expect(compare(before, after)).toEqual([
      { path: ['name'], before: 'A', after: 'B' },
      { path: ['policies', 'offer_s'], before: 20, after: 30 },
      { path: ['policies', 'wrapup_s'], before: undefined, after: 5 },
    ]);
  });

  it('holds rows with a key against each other, wherever they stand', () => {
    const before = [{ skill: 'a', level: 3 }, { skill: 'b' }];
    const after = [{ skill: 'c' }, { skill: 'a', level: 4 }];
    expect(compare(before, after, ['skills'])).toEqual([
      { path: ['skills', 1], before: { skill: 'b' }, after: undefined },
      { path: ['skills', 0], before: undefined, after: { skill: 'c' } },
      { path: ['skills', 1], before: { skill: 'a', level: 3 }, after: { skill: 'a', level: 4 } },
    ]);
  });

  it('says of a row that was put between others only that', () => {
    const [a, b, c] = [{ if: 'a' }, { if: 'b' }, { if: 'c' }];
    expect(compare([a, c], [a, b, c])).toEqual([{ path: [1], before: undefined, after: b }]);
  });

  it('says that rows stand in another order', () => {
    const [a, b] = [{ queue: 'a' }, { queue: 'b' }];
    expect(compare([a, b], [b, a])).toEqual([{ path: [], before: [a, b], after: [b, a] }]);
  });

  it('takes a new place apart as well, and a text for one of several languages as one', () => {
    expect(compare(undefined, { name: 'A', skills: [] })).toEqual([
      { path: ['name'], before: undefined, after: 'A' },
    ]);
    expect(compare({ text: 'a' }, { text: { de: 'b' } })).toEqual([
      { path: ['text'], before: 'a', after: { de: 'b' } },
    ]);
  });
});

describe('two people’s changes', () => {
  const base = shop();
  const changed = (change: (config: ReturnType<typeof shop>) => void) => {
    const config = shop();
    change(config);
    return config;
  };

  it('go together where they are about different fields', () => {
    const mine = changed((config) => {
      config.queues.billing!.name = 'Invoices';
      config.agents.agent9 = { name: 'Ines' };
    });
    const theirs = changed((config) => {
      config.queues.billing!.weight = 500;
      delete config.agents.agent1;
    });
    const { edits, clashes } = merge(base, theirs, editsBetween(base, mine));
    expect(clashes).toEqual([]);
    expect(edits.get('queues/billing')).toMatchObject({ name: 'Invoices', weight: 500 });
    expect([...edits.keys()]).toEqual(['queues/billing', 'agents/agent9']);
  });

  it('clash where both changed one field otherwise, and one’s own is kept unless one yields', () => {
    const mine = changed((config) => {
      config.queues.billing!.name = 'Invoices';
    });
    const theirs = changed((config) => {
      config.queues.billing!.name = 'Money';
      config.queues.billing!.weight = 500;
    });
    const { edits, clashes } = merge(base, theirs, editsBetween(base, mine));
    expect(clashes).toEqual([
      { place: 'queues/billing', path: ['name'], mine: 'Invoices', theirs: 'Money' },
    ]);
    expect(edits.get('queues/billing')).toMatchObject({ name: 'Invoices', weight: 500 });
    expect(yieldAt(edits, clashes).get('queues/billing')).toMatchObject({ name: 'Money' });
  });

  it('clash where one deleted what the other changed', () => {
    const mine = changed((config) => {
      config.agents.agent1!.name = 'Alice W.';
    });
    const theirs = changed((config) => {
      delete config.agents.agent1;
    });
    const { edits, clashes } = merge(base, theirs, editsBetween(base, mine));
    expect(clashes).toMatchObject([{ place: 'agents/agent1', path: [], theirs: undefined }]);
    expect(edits.get('agents/agent1')).toMatchObject({ name: 'Alice W.' });
    expect(yieldAt(edits, clashes).get('agents/agent1')).toBeUndefined();
  });
});
