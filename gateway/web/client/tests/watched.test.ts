// A chat that a supervisor looks at: its copy as it is watched, its lines as they are read.

import { describe, expect, it } from 'vitest';
import { connectStaff } from '../src/staff.ts';
import { watchChat } from '../src/watched.ts';
import { chat, message, ok, problem, settle, world } from './world.ts';

const LINES = 'GET /chats/cht_1/messages';

async function lead(open = true) {
  const at = world();
  const staff = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ role: 'supervisor', id: 'lead1' });
  if (open) at.reply('GET /chats/cht_1', ok(chat({ seq: 1 })));
  at.reply(`${LINES}?after=0&limit=500`, ok({ messages: [message(1)], last: 1 }));
  at.reply(`${LINES}?after=1&limit=500`, ok({ messages: [], last: 1 }));
  return { ...at, staff };
}
const texts = (it: { lines: { get(): ReadonlyArray<{ text: string }> } }) =>
  it.lines.get().map((line) => line.text);

describe('a watched chat', () => {
  it('is read, watched, and its lines read again', async () => {
    const { staff, socket, reply, clock } = await lead();
    const it = watchChat(staff, 'cht_1');
    await settle();
    expect(it.chat.get()).toMatchObject({ rev: 10 });
    expect(texts(it)).toEqual(['line 1']);
    expect(socket().commands('watch')).toMatchObject([{ topics: ['chat:cht_1'] }]);
    reply(`${LINES}?after=1&limit=500`, ok({ messages: [message(2)], last: 2 }));
    reply(`${LINES}?after=2&limit=500`, ok({ messages: [], last: 2 }));
    await clock.pass(3_000);
    expect(texts(it)).toEqual(['line 1', 'line 2']);
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 12, state: 'wrapup' }) });
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 11 }) });
    expect(it.chat.get()).toMatchObject({ rev: 12, state: 'wrapup' });
    it.close();
    expect(socket().commands('unwatch')).toMatchObject([{ topics: ['chat:cht_1'] }]);
  });

  it('says why it cannot be read, and tries again only where that may help', async () => {
    const { staff, reply, clock, asked } = await lead(false);
    reply('GET /chats/cht_1', problem(404, { code: 'not_found', detail: 'no such chat' }));
    const it = watchChat(staff, 'cht_1');
    await settle();
    expect(it.error.get()).toMatchObject({ code: 'not_found' });
    const before = asked.length;
    await clock.pass(30_000);
    expect(asked.length).toBe(before);
    it.close();
  });

  it('reads no lines while its lines come by themselves', async () => {
    const { staff, socket, asked, clock } = await lead();
    const it = watchChat(staff, 'cht_1');
    await settle();
    const row = { id: 'lead1', role: 'supervisor', name: 'Lena', state: 'connected' };
    const joined = chat({ rev: 11, participants: [{ ...row, mode: 'monitor' }] });
    await socket().deliver({ type: 'chat.state', ...joined });
    expect(staff.chats.get('cht_1')).toBeDefined();
    const lines = () => asked.filter((one) => one.path.includes('/messages')).length;
    const before = lines();
    await clock.pass(10_000);
    expect(lines()).toBe(before);
    it.close();
  });
});
