// Names within sentences, and the server's system lines in the reader's language.

import type { Message } from '@baton/client';
import { afterEach, describe, expect, it } from 'vitest';
import { language } from '../src/language.ts';
import { inARow, isolated } from '../src/names.ts';
import { systemWords } from '../src/system.ts';

afterEach(() => {
  language.value = 'en';
});

describe('a name in a sentence', () => {
  it('turns nothing around but itself', () => {
    expect(isolated('Dana')).toBe('Dana');
    expect(isolated('\u202Eanad')).toBe('\u2068\u202Eanad\u2069');
    expect(isolated('a\u2069\u202Eb')).toBe('\u2068a\u202Eb\u2069');
    expect(isolated('דנה')).toBe('\u2068דנה\u2069');
  });
});

describe('names in a row', () => {
  it('are each apart', () => {
    expect(inARow([], 'and')).toBe('');
    expect(inARow(['Ann', '\u202EBen', 'Chloé'], 'und')).toBe(
      'Ann, \u2068\u202EBen\u2069 und Chloé',
    );
  });
});

describe('a system line', () => {
  const line = (event: object) =>
    systemWords({ text: 'as the server put it', event } as Message, (id) => id.toUpperCase());
  const participant = { id: 'agent1', role: 'agent', name: 'Ann' };

  it('is said in the reader’s language', () => {
    language.value = 'de';
    expect(line({ change: 'connected', participant })).toBe('Ann ist dazugekommen.');
    expect(line({ change: 'left', participant, stays: ['Ben', 'Chloé'] })).toBe(
      'Ann hat den Chat verlassen. Ben und Chloé bleiben.',
    );
    expect(line({ change: 'left', participant, stays: [], queue: 'billing' })).toBe(
      'Ann hat den Chat verlassen. Der Chat ist jetzt bei BILLING.',
    );
    expect(line({ change: 'ended', reason: 'inactivity' })).toMatch(/^Der Chat ist beendet/);
  });

  it('that this page does not know is the server’s', () => {
    expect(line({ change: 'danced', participant })).toBe('as the server put it');
    expect(line({ change: 'ended', reason: 'eclipse' })).toBe('as the server put it');
  });
});
