// @vitest-environment happy-dom
// What is told of invitations, and to whom.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { chat, settle, world } from '../../client/tests/world.ts';
import { Invitations } from '../src/chat/invitations.tsx';

afterEach(cleanup);

async function accepted(by: string): Promise<string> {
  const at = world();
  const none = { status: 200, body: { messages: [], last: 0 } };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', none);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ id: 'agent1', chats: [chat()] });
  await at.socket().deliver({
    type: 'chat.invite',
    chat_id: 'cht_1',
    seq: 1,
    invite_id: 'inv_1',
    to: { queue: 'support' },
    by,
    state: 'accepted',
    at: '2026-01-05T09:00:31.000Z',
  });
  const { getByRole } = render(
    <Invitations desk={desk} chat={desk.chats.get('cht_1')!.chat.get()!} />,
  );
  return getByRole('list').textContent ?? '';
}

it('that one was accepted is told to whoever asked, not to whoever came', async () => {
  expect(await accepted('agent1')).toContain('accepted.');
  cleanup();
  expect(await accepted('agent2')).toBe('');
});
