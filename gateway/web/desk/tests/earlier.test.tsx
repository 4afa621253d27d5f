// @vitest-environment happy-dom
// Earlier chats of the same customer.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { chat, type Json, message, ok, settle, world } from '../../client/tests/world.ts';
import { Earlier } from '../src/contact/earlier.tsx';
import { readNames } from '../src/people.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Shows an earlier chat, which is so at first and then otherwise. */
async function opened(...states: Json[]) {
  const at = world();
  at.reply('GET /agents?limit=200', ok({ agents: [{ agent: 'agent2', name: 'Ben Okafor' }] }));
  at.reply('GET /queues?limit=200', ok({ queues: [] }));
  const copies = states.map((fields) => ok(chat({ chat_id: 'cht_0', seq: 1, ...fields })));
  at.reply('GET /chats/cht_0', ...copies);
  const said = { messages: [message(1, { text: 'My invoice is wrong' })], last: 1 };
  at.reply('GET /chats/cht_0/messages?after=0&limit=100', ok(said));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await readNames(desk);
  const shown = render(<Earlier desk={desk} previous="cht_0" rev={1} />);
  fireEvent.click(shown.getByRole('button', { name: 'Show the chat before this one' }));
  await settle();
  await settle();
  /** The chat that is looked at changed. */
  const change = async (rev: number) => {
    shown.rerender(<Earlier desk={desk} previous="cht_0" rev={rev} />);
    await settle();
    await settle();
  };
  const reads = () => at.asked.filter(({ path }) => path === '/chats/cht_0').length;
  return { ...shown, change, reads };
}

it('says how it ended and what was noted, by whom', async () => {
  const note = { by: 'agent2', at: '2026-01-05T09:00:00.000Z', kind: 'wrapup' };
  const { getByRole } = await opened({
    notes: [{ ...note, disposition: 'follow_up', text: 'calls back' }],
  });
  const { textContent } = getByRole('article');
  expect(textContent).toMatch(/Ben Okafor.*Outcome: To follow up.*calls back.*My invoice is wrong/);
});

it('says nothing of either where nothing was noted', async () => {
  const { getByRole, queryByRole } = await opened({});
  expect(getByRole('article').textContent).toContain('My invoice is wrong');
  expect(queryByRole('list', { name: 'Notes' })).toBeNull();
});

const wrapup = (fields: Json = {}): Json => ({
  state: 'wrapup',
  participants: [{ id: 'agent2', role: 'agent', name: 'Ben', state: 'wrapup', ...fields }],
});
const closed: Json = {
  state: 'closed',
  notes: [
    { by: 'agent2', at: '2026-01-05T09:00:00.000Z', kind: 'wrapup', disposition: 'follow_up' },
  ],
};

it('shows the outcome of one that was still being wrapped up, once its time is over', async () => {
  const start = Date.parse('2026-01-05T09:00:00.000Z');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: start });
  const until = '2026-01-05T09:00:30.000Z';
  const { getByRole, reads } = await opened(wrapup({ wrapup_until: until }), closed);
  vi.advanceTimersByTime(29_000);
  await settle();
  expect(reads()).toBe(1);
  vi.advanceTimersByTime(3_000);
  await settle();
  await settle();
  expect(getByRole('article').textContent).toContain('Outcome: To follow up');
  vi.advanceTimersByTime(600_000);
  await settle();
  expect(reads()).toBe(2);
});

it('shows it as well when the chat that is looked at changes', async () => {
  const { getByRole, change, reads } = await opened(wrapup(), wrapup(), closed);
  await change(2);
  expect(getByRole('article').textContent).not.toContain('Outcome');
  await change(3);
  expect(getByRole('article').textContent).toContain('Outcome: To follow up');
  await change(4);
  expect(reads()).toBe(3);
});
