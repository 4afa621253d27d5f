// Chats and their lines, as an agent has them: each line once, in order, whatever comes first.

import { describe, expect, it } from 'vitest';
import { connectStaff } from '../src/staff.ts';
import { chat, line, message, ok, problem, settle, world } from './world.ts';

async function desk(fields: Record<string, unknown> = {}) {
  const at = world();
  const it = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
  await settle();
  await at.socket().welcome(fields);
  const texts = () =>
    it.chats
      .get('cht_1')
      ?.lines.get()
      .map((one) => `${one.text} ${one.state}`);
  const seqs = () =>
    it.chats
      .get('cht_1')
      ?.lines.get()
      .map((one) => one.message?.seq);
  const fetched = () => at.asked.filter((call) => call.method === 'GET').map((call) => call.path);
  /** The line breaks and the server welcomes again. */
  const reconnect = async (again: Record<string, unknown>) => {
    await at.socket().drop();
    await at.clock.pass(1_000);
    await at.socket().welcome(again);
  };
  return { ...at, it, texts, seqs, fetched, reconnect };
}

const page = (...seqs: number[]) =>
  ok({ messages: seqs.map((seq) => message(seq)), last: seqs.at(-1) ?? 0 });
const AFTER = (after: number) => `GET /chats/cht_1/messages?after=${after}&limit=500`;

describe('what was read', () => {
  it('is told again to the next connection: on a broken one nobody hears it', async () => {
    const { it, socket, clock } = await desk({ chats: [chat()] });
    await socket().deliver(line(1));
    await socket().drop();
    it.chats.get('cht_1')?.readAll();
    await clock.pass(1_000);
    await socket().welcome({ chats: [chat({ seq: 1 })] });
    expect(socket().commands('chat.read')).toMatchObject([{ chat_id: 'cht_1', upto: 'msg_1' }]);
  });
});

describe('lines', () => {
  it('of a chat that is new to the connection are read by GET up to its seq', async () => {
    const { reply, socket, seqs, fetched } = await desk();
    reply(AFTER(0), page(1, 2));
    await socket().deliver({ type: 'chat.state', ...chat({ seq: 2 }) });
    await socket().deliver(line(3));
    await settle();
    expect(seqs()).toEqual([1, 2, 3]);
    expect(fetched()).toEqual(['/chats/cht_1/messages?after=0&limit=500']);
  });

  it('that come before the answer that tells of the chat are kept', async () => {
    const { reply, socket, seqs, it } = await desk();
    reply(AFTER(0), page(1, 2));
    await socket().deliver(line(3));
    expect(it.chats.all.get()).toEqual([]);
    const accepted = it.accept('off_1');
    await socket().answer('offer.accept', { chat: chat({ seq: 2 }) });
    await accepted;
    await settle();
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('that are missing in between are fetched', async () => {
    const { reply, socket, seqs, fetched } = await desk({ chats: [chat()] });
    reply(AFTER(1), page(2, 3));
    await socket().deliver(line(1), line(4));
    await settle();
    expect(seqs()).toEqual([1, 2, 3, 4]);
    expect(fetched()).toEqual(['/chats/cht_1/messages?after=1&limit=500']);
  });

  it('are shown once, however often they come', async () => {
    const { reply, socket, seqs } = await desk({ chats: [chat()] });
    reply(AFTER(1), page(2, 3));
    await socket().deliver(line(1), line(1), line(3), line(2), line(3));
    await settle();
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('of long chats are read page by page, also where a page holds fewer than asked', async () => {
    const { reply, socket, seqs } = await desk();
    reply(AFTER(0), ok({ messages: [message(1), message(2)], last: 3 }));
    reply(AFTER(2), ok({ messages: [message(3)], last: 3 }));
    await socket().deliver({ type: 'chat.state', ...chat({ seq: 3 }) });
    await settle();
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('that cannot be fetched now are fetched later', async () => {
    const { reply, socket, seqs, clock } = await desk({ chats: [chat()] });
    reply(AFTER(0), problem(503, { code: 'unavailable', retry_after_s: 2 }), page(1));
    await socket().deliver(line(2));
    await clock.pass(2_000);
    expect(seqs()).toEqual([1, 2]);
  });

  it('that could not be fetched at all are asked for again with the next welcome', async () => {
    const { reply, socket, seqs, clock, reconnect } = await desk({ chats: [chat()] });
    reply(AFTER(0), 'network');
    await socket().deliver(line(2));
    for (let second = 0; second < 40; second++) {
      await clock.pass(1_000);
      await socket().answer('ping');
    }
    reply(AFTER(0), page(1));
    await reconnect({ chats: [chat({ seq: 2 })] });
    await settle();
    expect(seqs()).toEqual([1, 2]);
  });

  it('said meanwhile come by resuming from the last one, without a GET', async () => {
    const { socket, seqs, fetched, reconnect } = await desk({ chats: [chat()] });
    await socket().deliver(line(1));
    await reconnect({ chats: [chat({ seq: 3 })] });
    expect(socket().hello.resume).toEqual({ cht_1: 1 });
    await socket().deliver(line(2), line(3));
    expect(seqs()).toEqual([1, 2, 3]);
    expect(fetched()).toEqual([]);
  });
});

describe('one’s own line', () => {
  it('is there at once, and becomes the stored one under the same key', async () => {
    const { socket, it, texts } = await desk({ chats: [chat()] });
    const one = it.chats.get('cht_1');
    const key = one?.send('hello');
    expect(texts()).toEqual(['hello pending']);
    const client_id = socket().commands('chat.send')[0]?.client_id;
    expect(client_id).toBe(key);
    await socket().deliver(line(1, { client_id, text: 'hello', from: { id: 'agent1' } }));
    expect(texts()).toEqual(['hello sent']);
    await socket().answer('chat.send', { message: message(1, { client_id, text: 'hello' }) });
    expect(one?.lines.get()).toMatchObject([{ key, own: true, state: 'sent' }]);
  });

  it('stands after those that are stored', async () => {
    const { socket, it, texts } = await desk({ chats: [chat()] });
    it.chats.get('cht_1')?.send('mine');
    await socket().deliver(line(1));
    expect(texts()).toEqual(['line 1 sent', 'mine pending']);
  });

  it('is sent again after a reconnect, and is there once', async () => {
    const { socket, it, texts, reconnect } = await desk({ chats: [chat()] });
    it.chats.get('cht_1')?.send('hello');
    const first = socket().commands('chat.send')[0];
    await reconnect({ chats: [chat({ seq: 1 })] });
    expect(socket().commands('chat.send')).toEqual([first]);
    const stored = message(1, { client_id: first?.client_id, text: 'hello' });
    await socket().deliver({ type: 'chat.message', chat_id: 'cht_1', seq: 1, message: stored });
    await socket().answer('chat.send', { message: stored });
    expect(texts()).toEqual(['hello sent']);
  });

  it('waits for the one before, so that both are stored as written', async () => {
    const { socket, it, clock } = await desk({ chats: [chat()] });
    it.chats.get('cht_1')?.send('first');
    it.chats.get('cht_1')?.send('second');
    await socket().refuse('chat.send', { code: 'unavailable', detail: '', retry_after_s: 1 });
    await clock.pass(1_000);
    expect(socket().commands('chat.send')).toMatchObject([{ text: 'first' }, { text: 'first' }]);
    await socket().answer('chat.send', { message: message(1, { text: 'first' }) });
    expect(socket().commands('chat.send').at(-1)).toMatchObject({ text: 'second' });
  });

  it('that is refused says so, and may be sent again or taken away', async () => {
    const { socket, it, texts } = await desk({ chats: [chat()] });
    const one = it.chats.get('cht_1');
    const key = one?.send('hello') ?? '';
    await socket().refuse('chat.send', { code: 'forbidden', detail: 'no' });
    expect(one?.lines.get()).toMatchObject([{ state: 'failed', error: { code: 'forbidden' } }]);
    one?.retry(key);
    expect(texts()).toEqual(['hello pending']);
    const [first, again] = socket().commands('chat.send');
    expect(again?.client_id).toBe(first?.client_id);
    await socket().refuse('chat.send', { code: 'forbidden', detail: 'no' });
    one?.discard(key);
    expect(texts()).toEqual([]);
  });
});

describe('copies of a chat', () => {
  it('that are older than the newest are ignored', async () => {
    const { socket, it } = await desk({ chats: [chat({ rev: 10 })] });
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 12, state: 'wrapup' }) });
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 11, state: 'active' }) });
    expect(it.chats.get('cht_1')?.chat.get()?.state).toBe('wrapup');
  });

  it('do not bring back a chat that one is done with', async () => {
    const { socket, it } = await desk({ chats: [chat({ rev: 10 })] });
    const gone = [{ id: 'agent1', role: 'agent', name: '', state: 'done' }];
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 12, participants: gone }) });
    expect(it.chats.all.get()).toEqual([]);
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 11 }) });
    expect(it.chats.all.get()).toEqual([]);
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 13 }) });
    expect(it.chats.all.get()).toHaveLength(1);
  });

  it('in an answer count like those in events', async () => {
    const { socket, it } = await desk({ chats: [chat({ rev: 10 })] });
    const left = it.leave('cht_1');
    const rows = [{ id: 'agent1', role: 'agent', name: '', state: 'wrapup' }];
    const copy = chat({ rev: 12, state: 'wrapup', participants: rows });
    await socket().answer('chat.leave', { chat: copy });
    await left;
    expect(it.chats.get('cht_1')?.chat.get()?.state).toBe('wrapup');
  });

  it('that a welcome does not tell of any more are gone, with their last lines read', async () => {
    const { reply, it, reconnect, fetched } = await desk({ chats: [chat()] });
    reply(AFTER(0), page(1));
    const one = it.chats.get('cht_1');
    await reconnect({ chats: [] });
    await settle();
    expect(it.chats.all.get()).toEqual([]);
    expect(one?.lines.get()).toHaveLength(1);
    expect(fetched()).toHaveLength(1);
  });

  it('in a resync take the place of what was held, and the lines up to them are read', async () => {
    const { reply, socket, it, seqs } = await desk({
      chats: [chat({ rev: 20 }), chat({ chat_id: 'cht_2' })],
    });
    reply(AFTER(0), page(1, 2));
    const resync = { type: 'resync', chats: [chat({ rev: 15, seq: 2, state: 'queued' })] };
    await socket().deliver({ ...resync, offers: [] });
    await settle();
    expect(it.chats.all.get().map((one) => one.id)).toEqual(['cht_1']);
    expect(it.chats.get('cht_1')?.chat.get()?.state).toBe('queued');
    expect(seqs()).toEqual([1, 2]);
  });
});

describe('people in a chat', () => {
  it('are typing for five seconds, or until they have said it', async () => {
    const { socket, it, clock } = await desk({ chats: [chat()] });
    const one = it.chats.get('cht_1');
    const from = { id: 'cus_1', role: 'customer', name: '' };
    const typing = { type: 'chat.typing', chat_id: 'cht_1', seq: 0, from };
    await socket().deliver(typing);
    await clock.pass(4_999);
    expect(one?.typing.get()).toHaveLength(1);
    await clock.pass(1);
    expect(one?.typing.get()).toEqual([]);
    await socket().deliver(typing, line(1));
    expect(one?.typing.get()).toEqual([]);
  });

  it('are told of one’s own typing every three seconds at most', async () => {
    const { socket, it, clock } = await desk({ chats: [chat()] });
    const type = () => it.chats.get('cht_1')?.typed();
    type();
    type();
    await clock.pass(3_000);
    type();
    expect(socket().commands('chat.typing')).toHaveLength(2);
  });

  it('have read up to where they say, and are told once how far one has', async () => {
    const { socket, it } = await desk({ chats: [chat()] });
    const one = it.chats.get('cht_1');
    const from = { id: 'cus_1', role: 'customer', name: '' };
    await socket().deliver(line(1), {
      type: 'chat.read',
      chat_id: 'cht_1',
      seq: 1,
      from,
      upto: 'msg_1',
    });
    expect(one?.read.get()).toEqual({ cus_1: 'msg_1' });
    one?.readAll();
    one?.readAll();
    expect(socket().commands('chat.read')).toEqual([
      { type: 'chat.read', chat_id: 'cht_1', upto: 'msg_1' },
    ]);
  });
});
