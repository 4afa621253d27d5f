// Where findings lead, what is used by what, and who can take what.

import { describe, expect, it } from 'vitest';
import { completed } from '../src/forms/time.tsx';
import { draft } from '../src/model/draft.ts';
import { matching } from '../src/model/matching.ts';
import { at, isWithin, placeOfFinding, textOf } from '../src/model/place.ts';
import { ableFor, takenBy } from '../src/model/serving.ts';
import { usesOf } from '../src/model/uses.ts';
import { parse } from '../src/routes.ts';
import { parsed } from '../src/sections/file.tsx';
import { idFrom } from '../src/sections/new-row.tsx';
import { shop } from './world.ts';

describe('a path', () => {
  it('is written as findings write it', () => {
    expect(textOf(at('queues/billing', 'skills', 0, 'level'))).toBe(
      'queues.billing.skills[0].level',
    );
    expect(textOf(at('rules', 3, 'if'))).toBe('rules[3].if');
    expect(textOf(at('profiles/first', 2))).toBe('profiles.first[2]');
    expect(textOf(at('time_zone'))).toBe('time_zone');
  });

  it('leads to the longest place that there is, though ids hold dots', () => {
    const places = ['hours/a', 'hours/a.b', 'queues/billing', 'profiles/x[1]'];
    const place = (path: string) => placeOfFinding(path, (one) => places.includes(one));
    expect(place('hours.a.b.weekly[0].from')).toBe('hours/a.b');
    expect(place('hours.a.weekly[0].from')).toBe('hours/a');
    expect(place('queues.billing')).toBe('queues/billing');
    expect(place('queues.gone.name')).toBe('queues');
    expect(place('profiles.x[1][0]')).toBe('profiles/x[1]');
    expect(place('rules[0].if')).toBe('rules');
    expect(place('queues')).toBe('queues');
  });

  it('is within another only at its joints', () => {
    expect(isWithin('rules[1].if', 'rules[1]')).toBe(true);
    expect(isWithin('rules[12].if', 'rules[1]')).toBe(false);
    expect(isWithin('queues.billing2', 'queues.billing')).toBe(false);
  });
});

describe('an address', () => {
  it('names a section and a row, however it is called', () => {
    expect(parse('/')).toEqual({ section: 'overview' });
    expect(parse('/queues/billing')).toEqual({ section: 'queues', id: 'billing' });
    expect(parse('/supervisors/a%2Fb%25')).toEqual({ section: 'supervisors', id: 'a/b%' });
    expect(parse('/supervisors/%')).toEqual({ section: 'supervisors', id: '%' });
    expect(parse('/nothing')).toBeNull();
  });
});

describe('what is used', () => {
  it('is found wherever it is named', () => {
    const uses = (place: string) => usesOf(shop(), place).places;
    expect(uses('queues/sales')).toEqual(['default_queue', 'queues/billing', 'rules']);
    expect(uses('queues/billing')).toEqual(['profiles/first']);
    expect(uses('skills/billing')).toEqual(['queues/billing', 'agents/agent1', 'agents/agent2']);
    expect(uses('profiles/first')).toEqual(['agents/agent2']);
    expect(usesOf(shop(), 'skills/billing', 1)).toEqual({ places: ['queues/billing'], count: 3 });
  });
});

describe('who can take a queue’s chats', () => {
  it('is told by skills and profile, at once and relaxed step by step', () => {
    expect(ableFor(shop(), 'billing')).toEqual({
      atOnce: ['agent1'],
      atOnceCount: 1,
      laterCount: 3,
    });
    expect(ableFor(shop(), 'sales')).toMatchObject({ atOnceCount: 2, laterCount: 2 });
  });

  it('is told the other way round', () => {
    const { queues, profiles, agents } = shop();
    const taken = (id: string) => takenBy(queues, profiles, agents[id] ?? {});
    expect(taken('agent1')).toEqual(['sales', 'billing']);
    expect(taken('agent2')).toEqual([]);
    expect(taken('agent3')).toEqual(['sales']);
  });
});

describe('a search', () => {
  it('finds by id, name, skill and profile, with every word', () => {
    const it = draft({ version: 3, config: shop() });
    expect(matching(it, 'agents', 'BILLING')).toEqual(['agent1', 'agent2']);
    expect(matching(it, 'agents', 'first ben')).toEqual(['agent2']);
    expect(matching(it, 'agents', 'chloé')).toEqual(['agent3']);
    expect(matching(it, 'agents', 'agent', 2)).toHaveLength(2);
  });
});

describe('what is typed', () => {
  it('becomes an id', () => {
    expect(idFrom('Support (français)')).toBe('support_francais');
    expect(idFrom('  Ünï-Cödé 2 ')).toBe('uni-code_2');
    expect(idFrom('日本')).toBe('');
  });

  it('becomes a time of the day where it can be one', () => {
    expect(['8', '830', '8:30', '8.30', '24:00'].map(completed)).toEqual([
      '08:00',
      '08:30',
      '08:30',
      '08:30',
      '24:00',
    ]);
    expect(['', 'noon', '8:3'].map(completed)).toEqual(['', 'noon', '8:3']);
  });

  it('is a configuration only with queues and agents', () => {
    expect(parsed('{"queues":{},"agents":{}}')).toEqual({ queues: {}, agents: {} });
    const rowless = '{"queues":{"sales":3},"agents":{}}';
    for (const text of ['', '[]', '{"queues":[]}', '{"queues":{}}', 'null', rowless]) {
      expect(parsed(text)).toBeNull();
    }
  });
});
