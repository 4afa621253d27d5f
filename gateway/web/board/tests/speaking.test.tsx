// @vitest-environment happy-dom
// A supervisor who begins to speak in a chat.

import { act, screen } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { chat, ok } from '../../client/tests/world.ts';
import { board, click } from './opened.tsx';

it('writes at once, by the keyboard alone', async () => {
  const at = await board();
  at.reply('GET /chats/cht_1', ok(chat()));
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
  at.reply('GET /chats/cht_1/why', ok({ chat_id: 'cht_1', decisions: [] }));
  location.hash = '#/chats/cht_1';
  const state = async (mode: string, rev: number) => {
    const lead = { id: 'lead1', role: 'supervisor', name: 'Lena', state: 'connected', mode };
    const joined = chat({ rev, participants: [lead] });
    at.reply('GET /chats/cht_1', ok(joined));
    await at.tell({ type: 'chat.state', ...joined });
    await act(() => at.socket().answer('chat.monitor', { chat: joined }));
  };
  await click(await screen.findByRole('button', { name: 'Coach' }));
  await state('coach', 11);
  expect(document.activeElement).toBe(await screen.findByLabelText(/^To the agents only/));
  await click(screen.getByRole('button', { name: 'Barge in' }));
  screen.getByRole('link', { name: 'Chats' }).focus();
  await state('barge', 12);
  expect(document.activeElement).toBe(await screen.findByLabelText('To everybody in the chat'));
});
