// @vitest-environment happy-dom
// What a supervisor does to an agent is said at their desk.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { chat, type Json, settle, world } from '../../client/tests/world.ts';
import { language } from '../../shared/src/language.ts';
import { WrapUp } from '../src/chat/wrapup.tsx';
import { notices } from '../src/notices.ts';
import { hearSupervisors } from '../src/supervised.ts';

let end = () => {};
afterEach(() => {
  end();
  cleanup();
  notices.value = [];
  language.value = 'en';
});

const told = () => notices.value.map(({ text }) => text.replace(/[\u2068\u2069]/g, ''));
const self = (rev: number, status: string, reason?: string): Json => ({
  ...{ agent: 'agent1', name: 'Agent One', activity: 'idle', connectivity: 'online', skills: [] },
  ...{ load: { offered: 0, handling: 0, wrapup: 0 }, capacity: { used: 0, total: 1000 } },
  ...{ status, ...(reason && { reason }), since: '2026-01-05T09:00:00.000Z', rev },
});
const state = (...row: [number, string, string?]) => ({ type: 'agent.state', ...self(...row) });
const person = (id: string, standing: string) => ({
  ...{ id, role: 'agent', name: id, state: standing },
});

async function open(welcome: Json = {}) {
  const at = world();
  const none = { status: 200, body: { messages: [], last: 0 } };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', none);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  end = hearSupervisors(desk);
  await settle();
  const customer = { id: 'c-1', name: 'Dana' };
  await at.socket().welcome({ chats: [chat({ customer })], agent: self(1, 'ready'), ...welcome });
  /** The agent is removed from the chat, which then has these in it. */
  const remove = async (...others: Json[]) => {
    const me = person('agent1', 'wrapup');
    const event = { type: 'chat.participant', chat_id: 'cht_1', seq: 1, change: 'removed' };
    const copy = chat({ customer, rev: 11, participants: [me, ...others] });
    const participant = person('agent1', 'removed');
    await at.socket().deliver({ ...event, participant }, { type: 'chat.state', ...copy });
  };
  const wrapUp = () => {
    const conversation = desk.chats.get('cht_1')!;
    const copy = conversation.chat.get()!;
    const form = <WrapUp desk={desk} conversation={conversation} chat={copy} me="agent1" />;
    return render(form).getByRole('form').textContent;
  };
  return { at, remove, wrapUp };
}

describe('a status that a supervisor set', () => {
  it('is told, Ready too, and once', async () => {
    const { at } = await open();
    await at.socket().deliver(state(2, 'not_ready', 'lunch'), state(3, 'ready', 'forced'));
    await at.socket().deliver(state(4, 'ready', 'forced'));
    expect(told()).toEqual(['A supervisor set your status to Ready.']);
    language.value = 'de';
    await at.socket().deliver(state(5, 'not_ready', 'forced'));
    expect(told()[1]).toBe('Ein Supervisor hat Ihren Status auf „Nicht bereit“ gesetzt.');
  });

  it('is told after an absence, and not of what was so before', async () => {
    const { at } = await open({ agent: self(1, 'not_ready', 'forced') });
    expect(told()).toEqual([]);
    await at.socket().drop();
    await at.clock.pass(5_000);
    await at.socket().welcome({ agent: self(3, 'ready', 'forced') });
    expect(told()).toEqual(['A supervisor set your status to Ready.']);
  });

  it('is none that the agent or the server set', async () => {
    const { at } = await open();
    await at.socket().deliver(state(2, 'not_ready', 'no_answer'), state(3, 'logged_out', 'lost'));
    await at.socket().deliver(state(4, 'not_ready', 'login'), state(5, 'ready'));
    expect(told()).toEqual([]);
  });
});

describe('a chat that was taken away', () => {
  it('is said to be taken, wherever it goes, also in the wrap-up', async () => {
    const { remove, wrapUp } = await open();
    await remove(person('agent2', 'invited'));
    expect(told()).toEqual(['A supervisor took the chat with Dana from you.']);
    expect(wrapUp()).toContain('A supervisor took this chat from you.');
  });

  it('while a colleague stays may be the colleague’s doing', async () => {
    const { remove, wrapUp } = await open();
    await remove(person('agent2', 'connected'));
    expect(told()).toEqual(['You were removed from the chat with Dana.']);
    expect(wrapUp()).toContain('You were removed from this chat.');
  });

  it('is none that the agent left, back in it', async () => {
    const { at, remove, wrapUp } = await open();
    await remove();
    notices.value = [];
    const participant = person('agent1', 'connected');
    const event = { type: 'chat.participant', chat_id: 'cht_1', seq: 1, change: 'connected' };
    const participants = [person('agent1', 'wrapup'), person('agent2', 'connected')];
    const copy = chat({ rev: 12, participants });
    await at.socket().deliver({ ...event, participant }, { type: 'chat.state', ...copy });
    expect(told()).toEqual([]);
    expect(wrapUp()).toContain('The chat goes on without you.');
  });

  it('is forgotten where the agent was back in it, as the chat alone tells', async () => {
    const { at, remove, wrapUp } = await open();
    await remove();
    const back = chat({ rev: 12, participants: [person('agent1', 'connected')] });
    const left = chat({ rev: 13, participants: [person('agent1', 'wrapup')] });
    await at.socket().deliver({ type: 'chat.state', ...back }, { type: 'chat.state', ...left });
    expect(wrapUp()).toContain('The chat goes on without you.');
  });

  it('is forgotten with an absence, in which one may have been back', async () => {
    const { at, remove, wrapUp } = await open();
    await remove();
    await at.socket().drop();
    await at.clock.pass(5_000);
    const left = chat({ rev: 13, participants: [person('agent1', 'wrapup')] });
    await at.socket().welcome({ chats: [left] });
    expect(wrapUp()).toContain('The chat goes on without you.');
  });
});
