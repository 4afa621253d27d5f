// Counts in sentences, as people say them.

import { expect, it } from 'vitest';
import { de } from '../src/words/de.ts';
import { en } from '../src/words/en.ts';

it('counts one as one', () => {
  expect([en.allAgents(1), de.allAgents(1)]).toEqual(['1 agent', '1 Agent']);
  expect([en.allAgents(7), de.allAgents(7)]).toEqual(['All 7 agents', 'Alle 7 Agenten']);
  expect(en.loadWords(1, 1, 0)).toBe('1 chat, 1 wrap-up');
  expect(en.loadWords(1, 2, 0)).toBe('1 chat, 2 wrap-ups');
  expect(de.loadWords(1, 2, 0)).toBe('1 Chat, 2 Nacharbeiten');
  expect(en.evictText(1)).toMatch(/^1 chat is still open. It goes on/);
  expect(de.evictText(1)).toMatch(/^1 Chat ist noch offen. Er geht ohne/);
  expect(de.evictText(2)).toMatch(/^2 Chats sind noch offen. Sie gehen ohne/);
});

it('says who types, each name apart from the sentence', () => {
  expect(en.typing(['Ann'])).toBe('Ann is typing …');
  expect(en.typing(['Ann', '\u202EBen'])).toBe('Ann and \u2068\u202EBen\u2069 are typing …');
  expect(de.typing(['Ann', 'Ben'])).toBe('Ann und Ben schreiben …');
});
