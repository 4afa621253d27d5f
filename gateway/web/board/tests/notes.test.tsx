// @vitest-environment happy-dom
// How a chat ended and what its agents noted, for supervisors.

import { screen } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { chat, type Json, ok } from '../../client/tests/world.ts';
import { board, toldAgent } from './opened.tsx';

async function shown(fields: Json) {
  const at = await board();
  await at.tell(toldAgent({ agent: 'agent2', name: 'Ben Okafor' }));
  at.reply('GET /chats/cht_1', ok(chat({ state: 'closed', ...fields })));
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
  at.reply('GET /chats/cht_1/why', ok({ chat_id: 'cht_1', decisions: [] }));
  location.hash = '#/chats/cht_1';
  await screen.findByRole('heading', { name: 'Details' });
}

it('a closed chat says its outcome and its notes, who wrote them and when', async () => {
  const at = '2026-01-05T09:00:00.000Z';
  await shown({
    notes: [
      { by: 'agent1', at, kind: 'handover', text: 'paid twice' },
      { by: 'agent2', at, kind: 'wrapup', text: 'calls back', disposition: 'resolved' },
    ],
  });
  const { textContent } = screen.getByRole('region', { name: 'Outcome and notes' });
  expect(textContent).toMatch(/agent1.*paid twice.*Ben Okafor.*Outcome: Solved.*calls back/);
  expect(document.querySelectorAll(`time[datetime="${at}"]`)).toHaveLength(2);
});

it('a chat without any has no room for them', async () => {
  await shown({});
  expect(screen.queryByText('Outcome and notes')).toBeNull();
});
