// @vitest-environment happy-dom
// What agents noted in a chat.

import type { Note } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { chooseLanguage } from '../src/language.ts';
import { timeOfDay } from '../src/time.ts';
import { NoteList, withWords } from '../src/ui/note-list.tsx';

afterEach(() => {
  cleanup();
  chooseLanguage('en');
});

const at = '2026-01-05T09:00:00.000Z';
const given: Note = { by: 'agent1', at, kind: 'handover', text: '<b>paid</b> twice' };
const left: Note = { by: 'agent2', at, kind: 'wrapup', disposition: 'follow_up' };

const show = () => {
  const names: Record<string, string> = { agent1: 'Alice Weber', agent2: 'Ben Okafor' };
  const list = <NoteList notes={[given, left]} nameOf={(agent) => names[agent] ?? agent} />;
  const rows = [...render(list).container.querySelectorAll('li')];
  return rows.map((row) => [...row.children].map((one) => one.textContent));
};

it('says who, when and what, and an outcome by its name', () => {
  expect(show()).toEqual([
    [`Alice Weberon handing over${timeOfDay(at)}`, '<b>paid</b> twice'],
    [`Ben Okaforin wrap-up${timeOfDay(at)}`, 'Outcome: To follow up'],
  ]);
});

it('says so in German', () => {
  chooseLanguage('de');
  expect(show()).toEqual([
    [`Alice Weberbei der Übergabe${timeOfDay(at)}`, '<b>paid</b> twice'],
    [`Ben Okaforin der Nacharbeit${timeOfDay(at)}`, 'Ergebnis: Nachfassen'],
  ]);
});

it('leaves out what says nothing', () => {
  expect(withWords([{ by: 'agent1', at, kind: 'handover' }, left])).toEqual([left]);
  expect(withWords()).toEqual([]);
});
