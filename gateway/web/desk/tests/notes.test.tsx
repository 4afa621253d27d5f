// @vitest-environment happy-dom
// Notes with which a chat was handed over: in the conversation of whoever took it.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { chat, type Json, message, ok, settle, world } from '../../client/tests/world.ts';
import { chooseLanguage } from '../../shared/src/language.ts';
import { ChatView } from '../src/chat/chat.tsx';
import { Log } from '../src/chat/log.tsx';
import { ChatRow } from '../src/list/chat-row.tsx';
import { readNames } from '../src/people.ts';
import { seen } from '../src/seen.ts';

beforeEach(() => {
  seen.value = {};
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  chooseLanguage('en');
});

const time = (second: number) => `2026-01-05T09:00:${String(second).padStart(2, '0')}.000Z`;
const note = (second: number, fields: Json = {}) => ({
  by: 'agent2',
  at: time(second),
  kind: 'handover',
  text: 'paid twice',
  ...fields,
});

async function open(notes: Json[], messages: Json[], fields: Json = {}) {
  const at = world();
  const body = { messages, last: messages.length };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok(body));
  at.reply('GET /agents?limit=200', ok({ agents: [{ agent: 'agent2', name: 'Alice Weber' }] }));
  at.reply('GET /queues?limit=200', ok({ queues: [] }));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ chats: [chat({ seq: messages.length, notes })], ...fields });
  await settle();
  await readNames(desk);
  await settle();
  return { at, desk, conversation: desk.chats.get('cht_1')! };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => message(at + 1, { at: time(at + 1) }));

/** What stands in the log, from above: lines as they were said, notes in brackets. */
const log = (root: Element) =>
  [...root.querySelectorAll('[data-said], [data-note] p:last-child')].map((one) =>
    one.matches('[data-said]') ? one.textContent : `[${one.textContent}]`,
  );

it('a note stands at its place in time, for colleagues, and whose it is', async () => {
  const { conversation } = await open(
    [note(2), note(9, { by: 'agent1', text: 'mine' })],
    [message(1, { at: time(1) }), message(2, { at: time(3) })],
  );
  const { container } = render(<Log conversation={conversation} me="agent1" />);
  const shown = ['line 1', '[Note from Alice Weber: paid twice]', 'line 2', '[Your note: mine]'];
  expect(log(container)).toEqual(shown);
  const entry = container.querySelector('[data-note]');
  expect(entry?.textContent).toContain('Only colleagues see this');
  expect(entry?.querySelector('[data-said]')).toBeNull();
  chooseLanguage('de');
  await settle();
  expect(log(container)[1]).toBe('[Notiz von Alice Weber: paid twice]');
});

it('a note that comes is there, and the log stays at its end', async () => {
  const { at, conversation } = await open([], lines(2));
  const { container, getByRole } = render(<Log conversation={conversation} me="agent1" />);
  Object.defineProperty(getByRole('log'), 'scrollHeight', {
    get: () => 100 * log(container).length,
  });
  await at.socket().deliver({ type: 'chat.state', ...chat({ rev: 11, seq: 2, notes: [note(9)] }) });
  await settle();
  expect(log(container)).toEqual(['line 1', 'line 2', '[Note from Alice Weber: paid twice]']);
  expect(getByRole('log').scrollTop).toBe(300);
});

it('what is noted at the end, or without words, is no part of the conversation', async () => {
  const { conversation } = await open(
    [note(2, { kind: 'wrapup' }), note(3, { text: undefined })],
    lines(1),
  );
  const { container } = render(<Log conversation={conversation} me="agent1" />);
  expect(log(container)).toEqual(['line 1']);
});

it('a note before the lines that are drawn comes with those before it', async () => {
  const { conversation } = await open([note(1), note(25)], lines(30));
  const { container, getByRole } = render(<Log conversation={conversation} me="agent1" />);
  expect(log(container)).toHaveLength(19);
  getByRole('button', { name: 'Show earlier lines' }).click();
  await settle();
  expect(log(container)).toHaveLength(32);
  expect(log(container)[0]).toBe('[Note from Alice Weber: paid twice]');
});

it('whoever speaks before and after it is named again', async () => {
  const { conversation } = await open(
    [note(2)],
    [message(1, { at: time(1) }), message(2, { at: time(3) })],
  );
  const { getAllByText } = render(<Log conversation={conversation} me="agent1" />);
  expect(getAllByText('Customer')).toHaveLength(2);
});

it('a note is nothing unread and no last line', async () => {
  const { conversation } = await open([note(9)], lines(1));
  seen.value = { cht_1: 1 };
  const { container } = render(<ChatRow conversation={conversation} me="agent1" />);
  expect(container.textContent).toContain('line 1');
  expect(container.textContent).not.toMatch(/unread|paid twice/);
});

it('a note that is shown with the chat’s offer is not shown twice', async () => {
  const wrapup = { id: 'agent1', role: 'agent', name: 'Agent One', state: 'wrapup' };
  const copy = chat({ seq: 1, participants: [wrapup], notes: [note(9)] });
  const offer = { offer_id: 'off_1', chat: copy, note: 'paid twice', from_agent: 'agent2' };
  const terms = { kind: 'queue', skills: [], wait_s: 0, expires_in_s: 20, expires_at: time(59) };
  const { at, desk, conversation } = await open([], lines(1), {
    chats: [copy],
    offers: [{ ...offer, ...terms }],
  });
  const { container } = render(<ChatView desk={desk} conversation={conversation} me="agent1" />);
  expect(log(container)).toEqual(['line 1']);
  await at.socket().deliver({ type: 'offer.gone', offer_id: 'off_1', why: 'accepted' });
  await settle();
  expect(log(container)).toEqual(['line 1', '[Note from Alice Weber: paid twice]']);
});

it('markup in a note is text', async () => {
  const { conversation } = await open([note(9, { text: '<img src=x>' })], lines(1));
  const { container } = render(<Log conversation={conversation} me="agent1" />);
  expect(log(container)[1]).toBe('[Note from Alice Weber: <img src=x>]');
  expect(container.querySelector('img')).toBeNull();
});
