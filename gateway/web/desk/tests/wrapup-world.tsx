// A desk with one chat in wrap-up, whose end the test passes by itself: its clock moves when told to.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, beforeEach, vi } from 'vitest';
import { chat, type Json, ok, settle, world } from '../../client/tests/world.ts';
import { completeInTime } from '../src/chat/completing.ts';
import { WrapUp } from '../src/chat/wrapup.tsx';
import { draftKeys, keepDrafts, write } from '../src/drafts.ts';
import { notices } from '../src/notices.ts';
import { hearTime, now, serverTime } from '../src/now.ts';

export const START = Date.parse('2026-01-05T09:00:00.000Z');
export const inS = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
/** What a test began, in the order in which it is ended after it. */
export const ends: Array<() => void> = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START });
  now.value = serverTime();
});
afterEach(async () => {
  cleanup();
  for (const end of ends.splice(0)) end();
  await settle();
  vi.useRealTimers();
  for (const key of draftKeys()) write(key, '');
  keepDrafts();
  notices.value = [];
});

export const me = (fields: Json) => ({ id: 'agent1', role: 'agent', name: 'Agent One', ...fields });
export const wrapup = (seconds?: number) => ({
  state: 'wrapup',
  ...(seconds !== undefined && { wrapup_until: inS(seconds) }),
});

/** How it is told that a note was not kept. */
export const LOST = 'What you wrote on the chat with Dana was not kept: “calls back”';

export async function open(row: Json) {
  const at = world();
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  ends.push(desk.session.listen(hearTime), completeInTime(desk), () => desk.close());
  await settle();
  const customer = { id: 'cus_1', role: 'customer', name: 'Dana', state: 'left' };
  const copy = (own: Json, rev = 10) => chat({ participants: [me(own), customer], rev });
  await at.socket().welcome({ chats: [copy(row)] });
  await settle();
  const conversation = desk.chats.get('cht_1')!;
  const show = () =>
    render(
      <WrapUp
        desk={desk}
        conversation={conversation}
        chat={conversation.chat.get()!}
        me="agent1"
      />,
    );
  /** Time goes by, and what is due is done. */
  const pass = async (seconds: number) => {
    vi.advanceTimersByTime(seconds * 1_000);
    now.value = serverTime();
    await settle();
  };
  const asked = () =>
    at
      .socket()
      .commands('wrapup.complete')
      .map(({ disposition, note }) => ({ disposition, note }));
  return { at, desk, copy, conversation, show, pass, asked };
}
