// Why something went where it went, in plain sentences of both languages.

import type { AgentRow, AgentWhy, Because, Decision, Waiting } from '@baton/client';
import { describe, expect, it } from 'vitest';
import { de } from '../src/words/why-de.ts';
import { en } from '../src/words/why-en.ts';
import { agent } from './rows.ts';

const reasons: Because[] = [
  { reason: 'later' },
  { reason: 'no_room' },
  { reason: 'ramp_up' },
  { reason: 'excluded' },
  { reason: 'excluded', detail: 'declined' },
  { reason: 'not_ready' },
  { reason: 'not_ready', detail: 'lunch' },
  { reason: 'not_ready', detail: 'login' },
  { reason: 'offline' },
  { reason: 'offline', detail: 'logged_out' },
  { reason: 'skill', skill: 'french', level: 5 },
  { reason: 'skill', skill: 'french', level: 1 },
  { reason: 'profile' },
  { reason: 'nobody_waits' },
];
const decision: Decision = {
  at: '2026-01-05T09:00:00.000Z',
  offer_id: 'off_1',
  entry_id: 'ent_1',
  queue: 'billing',
  chosen: 'agent1',
  policy: 'longest_idle',
  text: 'longest idle of 2',
  candidates: [
    { agent: 'agent2', reason: 'later' },
    { agent: 'agent3', reason: 'skill', skill: 'billing' },
  ],
};

describe('reasons', () => {
  it('that agents choose from are named in German too', () => {
    expect(de.reason({ reason: 'not_ready', detail: 'training' })).toBe(
      'ist nicht bereit (Schulung)',
    );
    expect(de.reason({ reason: 'not_ready', detail: 'fire drill' })).toBe(
      'ist nicht bereit (fire drill)',
    );
  });

  it('are sentences, each another one', () => {
    expect(reasons.map(en.reason)).toMatchInlineSnapshot(`
      [
        "could take it, but others go first",
        "has no room for it",
        "was offered something a moment ago",
        "declined this chat or was in it",
        "declined this chat",
        "is not ready",
        "is not ready (lunch)",
        "is not ready (just signed in)",
        "has no connection",
        "is logged out",
        "lacks french at level 5",
        "lacks french",
        "does not serve this queue, or only those who wait longer",
        "nobody waits here",
      ]
    `);
    expect(reasons.map(de.reason)).toMatchInlineSnapshot(`
      [
        "könnte annehmen, andere sind vorher dran",
        "hat keinen Platz dafür",
        "hat gerade eben ein Angebot bekommen",
        "hat diesen Chat abgelehnt oder war darin",
        "hat diesen Chat abgelehnt",
        "ist nicht bereit",
        "ist nicht bereit (Mittagspause)",
        "ist nicht bereit (gerade angemeldet)",
        "hat keine Verbindung",
        "ist abgemeldet",
        "hat french nicht auf Stufe 5",
        "hat french nicht",
        "bedient diese Warteschlange nicht oder erst bei längerem Warten",
        "hier wartet niemand",
      ]
    `);
  });
});

const named = (id: string) => id.charAt(0).toUpperCase() + id.slice(1);

describe('a decision', () => {
  it('says why this one', () => {
    expect(en.chosen(decision, named)).toBe('Longest idle of 2.');
    expect(de.chosen(decision, named)).toBe('Am längsten frei von 2.');
    expect(de.chosen({ ...decision, more: 3 }, named)).toBe('Am längsten frei von mindestens 2.');
    expect(de.chosen({ ...decision, candidates: [] }, named)).toBe(
      'Sonst konnte niemand annehmen.',
    );
    const { policy: _, ...byHand } = decision;
    expect(en.chosen(byHand, named)).toBe('Chosen by a person.');
    expect(de.chosen(byHand, named)).toBe('Von einem Menschen ausgewählt.');
    const handed = { ...byHand, transferred_by: 'bob' };
    expect(en.chosen(handed, named)).toBe('Transferred by Bob.');
    expect(de.chosen(handed, named)).toBe('Weitergeleitet von Bob.');
    const given = { ...byHand, assigned_by: 'lena', assigned_by_name: 'Lena Hoffmann' };
    expect(en.chosen(given, named)).toBe('Assigned by Lena Hoffmann.');
    expect(de.chosen(given, named)).toBe('Zugeteilt von Lena Hoffmann.');
  });
});

describe('waiting', () => {
  const waiting: Waiting = {
    queue: 'billing',
    since: '2026-01-05T09:00:00.000Z',
    text: 'waits for an agent with billing; none is logged in',
    candidates: [{ agent: 'agent2', reason: 'offline' }],
  };
  it('says for whom', () => {
    expect(en.waits(waiting, 'Billing')).toBe(
      'Waits for an agent with billing; none is logged in.',
    );
    expect(de.waits(waiting, 'Billing')).toBe('Wartet in Billing; gerade kann niemand annehmen.');
  });
});

describe('an agent who gets nothing', () => {
  const why = (fields: Partial<AgentWhy>): AgentWhy => ({
    agent: 'agent1',
    text: 'agent1 is not ready (lunch)',
    queues: [],
    ...fields,
  });
  const of = (because: Because, waiting = 0) => ({
    queue: 'billing',
    waiting,
    text: '',
    ...because,
  });

  it('is called by name', () => {
    expect(en.agent(why({}), agent())).toBe('Alice Weber is not ready (lunch).');
  });

  it('is explained in German by the reasons', () => {
    const said = (row: Partial<AgentRow>, ...queues: AgentWhy['queues']) =>
      de.agent(why({ queues }), agent({ name: 'Alice', ...row }));
    const elsewhere = of({ reason: 'skill', skill: 'x' }, 1);
    expect(said({ status: 'logged_out' }, elsewhere)).toBe('Alice ist abgemeldet.');
    expect(said({ status: 'not_ready', reason: 'login' }, elsewhere)).toBe(
      'Alice ist nicht bereit (gerade angemeldet).',
    );
    expect(said({ next_status: 'not_ready' })).toBe(
      'Alice bekommt nichts Neues: der Status wechselt nach der Arbeit.',
    );
    expect(said({ connectivity: 'grace' })).toBe('Alice hat keine Verbindung.');
    expect(said({}, of({ reason: 'no_room' }, 2))).toBe('Alice ist bereit, hat aber keinen Platz.');
    expect(said({}, of({ reason: 'nobody_waits' }))).toBe('Alice ist bereit, und niemand wartet.');
    expect(said({}, elsewhere)).toBe(
      'Alice ist bereit, aber für niemanden, der wartet, zuständig.',
    );
  });

  it('is told of each queue what keeps them', () => {
    const said = (because: Because, waiting = 1) => de.ofQueue(of(because, waiting));
    expect(en.ofQueue({ ...of({ reason: 'no_room' }), text: 'has no room' })).toBe('has no room');
    expect(said({ reason: 'excluded', detail: 'declined' })).toBe(
      'hat den Ersten, der wartet, abgelehnt',
    );
    expect(said({ reason: 'excluded', detail: 'in_chat' })).toBe(
      'ist oder war im Chat des Ersten, der wartet',
    );
    expect(said({ reason: 'nobody_waits' })).toBe('wer wartet, hat schon ein Angebot');
    expect(said({ reason: 'nobody_waits' }, 0)).toBe('hier wartet niemand');
    expect(said({ reason: 'no_room' })).toBe('hat keinen Platz dafür');
  });
});
