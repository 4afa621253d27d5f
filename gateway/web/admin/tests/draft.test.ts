// The draft: edits over what is published, taken back, rebased, whole.

import { describe, expect, it } from 'vitest';
import { draft, editsBetween } from '../src/model/draft.ts';
import { at } from '../src/model/place.ts';
import { shop } from './world.ts';

const fresh = () => draft({ version: 3, config: shop() });

describe('a draft', () => {
  it('is what is published until something is edited, and again when it is edited back', () => {
    const it = fresh();
    expect(it.edits().size).toBe(0);
    it.edit(at('queues/billing', 'name'), 'Invoices');
    expect([...it.edits().keys()]).toEqual(['queues/billing']);
    expect(it.read(at('queues/billing', 'name'))).toBe('Invoices');
    it.edit(at('queues/billing', 'name'), 'Billing');
    expect(it.edits().size).toBe(0);
  });

  it('takes what says no more than its default as no edit', () => {
    const it = fresh();
    it.edit(at('queues/billing', 'priority'), 0);
    it.edit(at('queues/sales', 'closed'), undefined);
    it.edit(at('rules'), [{ if: 'true', queue: 'sales', skills: [] }]);
    it.edit(at('policies', 'offer_s'), 30);
    it.edit(at('policies', 'offer_s'), undefined);
    expect([...it.edits().keys()]).toEqual([]);
  });

  it('leaves no empty parts behind', () => {
    const it = fresh();
    it.edit(at('queues/sales', 'policies', 'offer_s'), 30);
    it.edit(at('queues/sales', 'policies', 'offer_s'), undefined);
    expect(it.get('queues/sales')).toEqual({ name: 'Sales', priority: 3, closed: false });
    it.edit(at('queues/billing', 'skills', 0), undefined);
    expect(it.get('queues/billing')).not.toHaveProperty('skills');
  });

  it('never touches what is published', () => {
    const config = shop();
    const it = draft({ version: 3, config });
    it.edit(at('queues/billing', 'skills', 0, 'level'), 9);
    it.put([['agents/agent1', undefined]]);
    it.whole();
    expect(config).toEqual(shop());
  });

  it('is whole with its edits, without what the server adds', () => {
    const it = fresh();
    it.put([
      ['agents/agent1', undefined],
      ['agents/agent9', { name: 'Ines' }],
      ['supervisors/lead1', { name: 'Lena' }],
      ['origins', ['https://shop.example']],
    ]);
    const whole = it.whole();
    expect(whole).not.toHaveProperty('version');
    expect(Object.keys(whole.agents)).toEqual(['agent2', 'agent3', 'agent9']);
    expect(whole.supervisors).toEqual({ lead1: { name: 'Lena' } });
    expect(whole.origins).toEqual(['https://shop.example']);
    expect(it.ids('agents')).toEqual(['agent2', 'agent3', 'agent9']);
    expect(it.part('agents')).toEqual(whole.agents);
  });

  it('keeps what it does not know', () => {
    const config = { ...shop(), later: { a: 1 } };
    config.queues.sales = { ...config.queues.sales, mood: 'good' } as never;
    const it = draft({ version: 3, config });
    it.edit(at('queues/sales', 'name'), 'Shop');
    expect(it.whole()).toMatchObject({
      later: { a: 1 },
      queues: { sales: { name: 'Shop', mood: 'good' } },
    });
  });

  it('goes back and forth; typing in one field is one step', () => {
    const it = fresh();
    for (const name of ['B', 'Be', 'Ben']) it.edit(at('agents/agent2', 'name'), name);
    it.edit(at('agents/agent2', 'capacity'), 500);
    it.undo();
    expect(it.get('agents/agent2')).toMatchObject({ name: 'Ben' });
    expect(it.get('agents/agent2')).not.toHaveProperty('capacity');
    it.undo();
    expect(it.edits().size).toBe(0);
    expect(it.canUndo.value).toBe(false);
    it.redo();
    it.redo();
    expect(it.get('agents/agent2')).toMatchObject({ name: 'Ben', capacity: 500 });
    expect(it.canRedo.value).toBe(false);
  });

  it('puts a deleted row back where it stood', () => {
    const it = fresh();
    it.put([['agents/agent1', undefined]]);
    expect(it.ids('agents')).toEqual(['agent2', 'agent3']);
    it.undo();
    expect(it.ids('agents')).toEqual(['agent1', 'agent2', 'agent3']);
  });

  it('goes on over another base, less what that says already', () => {
    const it = fresh();
    it.edit(at('agents/agent1', 'name'), 'Alice W.');
    it.put([['agents/agent9', { name: 'Ines' }]]);
    const config = shop();
    config.agents.agent9 = { name: 'Ines' };
    it.rebase({ version: 4, config });
    expect([...it.edits().keys()]).toEqual(['agents/agent1']);
    expect(it.ids('agents')).toHaveLength(4);
    expect(it.canUndo.value).toBe(false);
  });
});

describe('edits between two configurations', () => {
  it('make the one the other', () => {
    const from = shop();
    const to = shop();
    to.queues.sales = { name: 'Shop' };
    delete to.agents.agent1;
    to.hours = { office: { weekly: [] } };
    to.rules = [];
    const edits = editsBetween(from, to);
    expect([...edits.keys()].sort()).toEqual([
      'agents/agent1',
      'hours/office',
      'queues/sales',
      'rules',
    ]);
    const it = draft({ version: 3, config: from });
    it.put(edits);
    expect(editsBetween(it.whole(), to).size).toBe(0);
  });

  it('are none where only the order of fields, a version or a default differs', () => {
    const to = { ...shop(), version: 9, policies: {}, origins: [] };
    to.queues.sales = { closed: false, priority: 3, name: 'Sales' };
    expect(editsBetween(shop(), to).size).toBe(0);
  });
});
