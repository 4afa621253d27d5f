// @vitest-environment happy-dom
// What is known about a chat.

import { screen } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { chat, ok } from '../../client/tests/world.ts';
import { board } from './opened.tsx';

it('shows ids letter by letter', async () => {
  const at = await board();
  at.reply('GET /chats/cht_28x23', ok(chat({ chat_id: 'cht_28x23', previous: 'cht_27x9' })));
  location.hash = '#/chats/cht_28x23';
  for (const id of ['cht_28x23', 'cht_27x9']) {
    const shown = (await screen.findByText(id, { selector: 'dd *' })).closest('.verbatim');
    expect(shown).not.toBeNull();
  }
});
