// What the widget says: where one is, how long it takes, what happened, in each language.

import type { Chat, Message } from '@baton/client';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { noteOf, refusalOf } from '../src/notes.ts';
import { statusOf, waitOf } from '../src/status.ts';
import { en } from '../src/words/en.ts';
import { languageOf, names, say, typingOf, unreadOf, type Words } from '../src/words/words.ts';

function chat(fields: Partial<Chat> = {}): Chat {
  return {
    chat_id: 'cht_1',
    state: 'queued',
    participants: [{ id: 'cus_1', role: 'customer', name: '', state: 'connected' }],
    opened_at: '2026-01-05T09:00:00.000Z',
    seq: 1,
    rev: 1,
    ...fields,
  };
}
const agents = (...all: Array<[name: string, state: 'connected' | 'disconnected']>) =>
  all.map(([name, state]) => ({ id: name, role: 'agent' as const, name, state }));

describe('the place', () => {
  const status = (fields: Partial<Chat>, elapsedS = 0) =>
    statusOf(en, { chat: chat(fields), isOffline: false, elapsedS });

  it('is told while one waits, with the wait if it is known', () => {
    expect(status({ position: 3 })).toEqual({ text: 'You are number 3 in line.', detail: '' });
    expect(status({ position: 1, ewt: { p50_s: 200, p90_s: 400 } })).toEqual({
      text: 'You are next.',
      detail: 'About 4 minutes.',
    });
    expect(status({ state: 'unattended' }).text).toBe(en.looking);
    expect(status({ state: 'offered' }).text).toBe(en.found);
  });

  it('is with those who are there; who lost the connection is said to be back soon', () => {
    const two = agents(['Alice', 'connected'], ['Ben', 'connected']);
    expect(status({ participants: two }).text).toBe('You are talking to Alice and Ben.');
    expect(status({ participants: agents(['Alice', 'disconnected']) }).text).toContain(
      'Alice lost',
    );
  });

  it('is nowhere once the chat is over', () => {
    const closed = { at: '2026-01-05T09:00:00.000Z', reason: 'resolved' } as const;
    const participants = agents(['Alice', 'connected']);
    expect(status({ closed, participants }).text).toBe('The chat has ended.');
  });

  it('does not hide that there is no connection', () => {
    const known = { chat: chat({ position: 1 }), isOffline: true, elapsedS: 0 };
    expect(statusOf(en, known)).toEqual({ text: 'You are next.', detail: en.offline });
  });
});

describe('the expected wait', () => {
  const ewt = { p50_s: 150, p90_s: 400 };
  it.each([
    [0, 'About 3 minutes.'],
    [30, 'About 2 minutes.'],
    [70, 'About a minute.'],
    [120, 'Less than a minute.'],
    [151, 'It takes longer than usual. Nine in ten wait at most 5 more minutes.'],
    [341, en.longest],
    [5_000, en.longest],
  ])('after %d s of 150 s is said as it is', (elapsed, text) => {
    expect(waitOf(en, ewt, elapsed)).toBe(text);
  });

  it('never promises more than it did before', () => {
    const shown = Array.from({ length: 150 }, (_, second) => waitOf(en, ewt, second));
    const kinds = [...new Set(shown)];
    expect(kinds).toEqual([
      'About 3 minutes.',
      'About 2 minutes.',
      'About a minute.',
      'Less than a minute.',
    ]);
  });

  it('of some seconds is not called long when it takes some more', () => {
    expect(waitOf(en, { p50_s: 2, p90_s: 8 }, 10)).toBe('Less than a minute.');
    expect(waitOf(en, { p50_s: 2, p90_s: 8 }, 40)).toBe(en.longest);
  });
});

describe('what happened', () => {
  const note = (event: Message['event'], isFirst = false) =>
    noteOf(en, { event, text: 'as the server says' } as Message, isFirst);
  const participant = { id: 'agent1', role: 'agent' as const, name: 'Alice' };

  it('is said in plain words: who came, who left, whom one talks to now', () => {
    expect(note({ change: 'connected', participant }, true)).toBe('You are now talking to Alice.');
    expect(note({ change: 'connected', participant })).toBe('Alice has joined.');
    expect(note({ change: 'left', participant, stays: ['Ben', 'Chloé'] })).toBe(
      'Alice has left. You are now talking to Ben and Chloé.',
    );
    expect(note({ change: 'left', participant, queue: 'billing' })).toBe(
      'Alice has left. We are connecting you to somebody else.',
    );
    expect(note({ change: 'lost', participant, queue: 'billing' })).toContain(
      'lost the connection',
    );
  });

  it('and why it is over', () => {
    expect(note({ change: 'ended', reason: 'resolved' })).toBe('The chat has ended.');
    expect(note({ change: 'ended', reason: 'inactivity' })).toBe(en.inactivity);
    expect(note({ change: 'ended', reason: 'abandoned' })).toBe(en.customer_left);
  });

  it('is said as the server does where this version knows nothing better', () => {
    expect(note({ change: 'something_new' })).toBe('as the server says');
  });

  it('does not read names as parts of a sentence', () => {
    const name = '{names} $& $1';
    const tricky = { ...participant, name };
    expect(note({ change: 'connected', participant: tricky })).toBe(`${name} has joined.`);
  });

  it('is why a chat cannot be', () => {
    expect(refusalOf(en, 'queue_closed')).toBe('We are closed at the moment.');
    expect(refusalOf(en, 'unavailable')).toBe(en.network);
    expect(refusalOf(en, 'internal')).toBe(en.refused);
    expect(refusalOf(en, 'toString')).toBe(en.refused);
  });
});

describe('the catalogue', () => {
  let others: Record<string, Words>;

  beforeAll(async () => {
    vi.stubGlobal('window', {});
    await import('../src/words/de.ts');
    await import('../src/words/fr.ts');
    await import('../src/words/es.ts');
    others = window.batonWords ?? {};
    vi.unstubAllGlobals();
  });

  it('has every sentence in every language, with the same place in it, one at most', () => {
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(others)).toEqual(['de', 'fr', 'es']);
    for (const words of Object.values(others)) {
      expect(Object.keys(words)).toEqual(Object.keys(en));
      for (const [key, text] of Object.entries(en)) {
        expect(places(text).length).toBeLessThan(2);
        expect([key, places(words[key as keyof Words])]).toEqual([key, places(text)]);
      }
    }
  });

  it('says one as one and more as more, in every language', () => {
    const said = Object.values({ en, ...others }).map((words) => [
      unreadOf(words, 1),
      unreadOf(words, 2),
      typingOf(words, ['Ann']),
      typingOf(words, ['Ann', 'Ben']),
    ]);
    expect(said).toEqual([
      ['One new message', '2 new messages', 'Ann is typing …', 'Ann and Ben are typing …'],
      ['Eine neue Nachricht', '2 neue Nachrichten', 'Ann schreibt …', 'Ann und Ben schreiben …'],
      ['Un nouveau message', '2 nouveaux messages', 'Ann écrit …', 'Ann et Ben écrivent …'],
      [
        'Un mensaje nuevo',
        '2 mensajes nuevos',
        'Ann está escribiendo …',
        'Ann y Ben están escribiendo …',
      ],
    ]);
    expect(typingOf(en, [])).toBe('');
  });

  it('is chosen by the first language that there is', () => {
    expect(languageOf(['pt-BR', 'fr-CA', 'de'])).toBe('fr');
    expect(languageOf(['', 'DE'])).toBe('de');
    expect(languageOf(['pt'])).toBe('en');
  });

  it('counts names as people do', () => {
    expect(names(en, ['A'])).toBe('A');
    expect(names(en, ['A', 'B', 'C'])).toBe('A, B and C');
    expect(say('{n} of {n}', '{n} $&')).toBe('{n} $& of {n}');
  });
});
