// Whom the "+" offers, in which order, and what the quote says.

// @vitest-environment happy-dom

import type { AgentRow, QueueRow, Quote } from '@baton/client';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../shared/src/language.ts';
import { choicesFor, MOST } from '../src/add/options.ts';
import { quoteWords } from '../src/add/quote-words.ts';

const agent = (id: string, fields: Partial<AgentRow> = {}): AgentRow => ({
  agent: id,
  name: id,
  status: 'ready',
  activity: 'idle',
  connectivity: 'online',
  load: { offered: 0, handling: 0, wrapup: 0 },
  capacity: { used: 0, total: 1000 },
  skills: [],
  since: '2026-01-05T09:00:00.000Z',
  rev: 1,
  ...fields,
});
const queue: QueueRow = {
  queue: 'billing',
  name: 'Billing',
  waiting: 0,
  oldest_wait_s: 0,
  eligible_agents: 1,
  available_agents: 1,
  open: true,
  service_level: { target_s: 20, since: '2026-01-05T00:00:00.000Z' },
  rev: 1,
};
const choices = (search: string, agents: AgentRow[]) =>
  choicesFor({ search, queues: [queue], agents, chat: null, me: 'me' });
const names = (search: string, agents: AgentRow[]) =>
  choices(search, agents).options.map(({ name }) => name);

afterEach(() => chooseLanguage('en'));

describe('the choices', () => {
  it('have those first who could take something now', () => {
    const agents = [
      agent('away', { status: 'logged_out' }),
      agent('full', { capacity: { used: 1000, total: 1000 } }),
      agent('lunch', { status: 'not_ready', reason: 'lunch' }),
      agent('free'),
      agent('going', { next_status: 'logged_out' }),
    ];
    expect(names('', agents)).toEqual(['Billing', 'free', 'full', 'going', 'lunch', 'away']);
  });

  it('are found by each word of name and skill', () => {
    const agents = [
      agent('Ben', { skills: [{ skill: 'billing', level: 5 }] }),
      agent('Bea', { skills: [{ skill: 'french', level: 5 }] }),
    ];
    expect(names('be FRE', agents)).toEqual(['Bea']);
    expect(names('billing', agents)).toEqual(['Billing', 'Ben']);
    expect(names('nobody', agents)).toEqual([]);
  });

  it('bar oneself and who is there', () => {
    const [, me] = choices('', [agent('me')]).options;
    expect(me).toMatchObject({ barred: 'you' });
  });

  it('are no more than one looks through', () => {
    const many = Array.from({ length: 3_000 }, (_, number) => agent(`agent ${number}`));
    const { options, more } = choices('', many);
    expect([options.length, more]).toEqual([MOST, 3_001 - MOST]);
  });
});

describe('a quote', () => {
  const [billing, ben] = choices('', [agent('Ben')]).options;
  const quote = (fields: Partial<Quote>): Quote => ({
    eligible: 2,
    available: 0,
    outcome: 'queued',
    ...fields,
  });
  const words = (fields: Partial<Quote>, of = billing) => quoteWords(quote(fields), of!);

  it('says who is able, the place and the wait', () => {
    expect(words({ position: 4, ewt: { p50_s: 48, p90_s: 120 } })).toEqual({
      look: 'good',
      sentences: [
        '2 could take it, none is free now.',
        'It waits as number 4; 3 before it.',
        'Half of such chats wait 48 s at most, nine of ten 2 min.',
      ],
    });
  });

  it('says what happens if nobody is', () => {
    const nobody = { eligible: 0, position: 1, policy: 'queue_anyway' } as const;
    expect(words(nobody).sentences.at(-1)).toBe('It waits until somebody comes.');
    expect(words({ ...nobody, outcome: 'held' }).sentences.at(-1)).toContain('stay with');
    expect(words({ outcome: 'overflowed', queue: 'sales' }).sentences[0]).toContain('sales');
    expect(words({ outcome: 'refused', code: 'queue_full' })).toEqual({
      look: 'bad',
      sentences: ['Refused: the queue is full.'],
    });
  });

  it('says that a queue is closed or full which takes it all the same', () => {
    const free = { eligible: 1, available: 1, position: 1 } as const;
    expect(words({ ...free, outcome: 'offered', code: 'queue_closed' })).toMatchObject({
      look: 'warn',
      sentences: ['The queue is closed.', '1 could take it, 1 is free now.', expect.any(String)],
    });
    const full = words({ ...free, outcome: 'held', code: 'queue_full' });
    expect(full.sentences[0]).toBe('The queue is full.');
    expect(words({ outcome: 'queued', code: 'no_eligible_agent' }).sentences[0]).toMatch(/^2/);
  });

  it('of an agent says why not', () => {
    const code = 'at_capacity';
    const full = words({ outcome: 'refused', code, eligible: 1 }, ben);
    expect(full.sentences).toEqual(['Ben has no room for another chat right now.']);
    const hops = words({ outcome: 'refused', code: 'hop_limit', eligible: 1 }, ben);
    expect(hops.sentences).toEqual(['Refused: this chat has been passed on too often.']);
  });

  it('is said in German', () => {
    chooseLanguage('de');
    expect(words({ eligible: 1, available: 1, outcome: 'offered' }).sentences[0]).toBe(
      '1 könnte es annehmen, 1 ist jetzt frei.',
    );
  });
});
