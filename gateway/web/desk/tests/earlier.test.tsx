// @vitest-environment happy-dom
// Earlier chats of the same customer.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { chat, type Json, message, ok, settle, world } from '../../client/tests/world.ts';
import { Earlier } from '../src/contact/earlier.tsx';
import { readNames } from '../src/people.ts';

afterEach(cleanup);

async function opened(fields: Json) {
  const at = world();
  at.reply('GET /agents?limit=200', ok({ agents: [{ agent: 'agent2', name: 'Ben Okafor' }] }));
  at.reply('GET /queues?limit=200', ok({ queues: [] }));
  at.reply('GET /chats/cht_0', ok(chat({ chat_id: 'cht_0', seq: 1, ...fields })));
  const said = { messages: [message(1, { text: 'My invoice is wrong' })], last: 1 };
  at.reply('GET /chats/cht_0/messages?after=0&limit=100', ok(said));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await readNames(desk);
  const shown = render(<Earlier desk={desk} previous="cht_0" />);
  fireEvent.click(shown.getByRole('button', { name: 'Show the chat before this one' }));
  await settle();
  await settle();
  return shown;
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
