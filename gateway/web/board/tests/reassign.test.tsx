// @vitest-environment happy-dom
// To whom a supervisor can give a chat.

import { screen, within } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { chat, ok } from '../../client/tests/world.ts';
import { board, click, toldAgent } from './opened.tsx';

it('is nobody who would not be asked, each with the reason, and with their skills', async () => {
  const at = await board();
  at.reply('GET /chats/cht_1', ok(chat()));
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
  at.reply('GET /chats/cht_1/why', ok({ chat_id: 'cht_1', decisions: [] }));
  const row = (agent: string, fields: object) =>
    toldAgent({ agent, name: agent, skills: [{ skill: 'billing', level: 8 }], ...fields });
  await at.tell(
    row('agent1', {}),
    row('ann', {}),
    row('ben', { status: 'not_ready', reason: 'lunch' }),
    row('cleo', { status: 'logged_out' }),
  );
  location.hash = '#/chats/cht_1';
  await click(await screen.findByRole('button', { name: 'Reassign …' }));
  const rows = within(screen.getByRole('dialog')).getAllByRole('listitem');
  const told = rows.map((one) => [
    one.textContent,
    one.querySelector('[aria-disabled=true]') !== null,
  ]);
  expect(told).toEqual([
    ['agent1Is in this chat · billing 8', true],
    ['annAvailable · 100 % free · billing 8', false],
    ['benNot ready (Lunch) · billing 8', true],
    ['cleoLogged out · billing 8', true],
  ]);
});
