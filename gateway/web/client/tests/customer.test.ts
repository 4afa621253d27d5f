// A customer's visit: across pages, with a token that does not run out.

import { describe, expect, it } from 'vitest';
import { CUSTOMER, nextPage, STARTED, started, texts, token, visitor } from './visitor.ts';
import { chat, type Json, line, message, ok, problem, settle, type World, world } from './world.ts';

describe('a visit', () => {
  it('has all lines by resuming from nothing, in the customer’s own count', async () => {
    const { socket, it } = await started();
    expect(socket().hello).toMatchObject({ token, resume: { cht_1: 0 } });
    await socket().deliver(line(1), line(2));
    expect(texts(it)).toEqual(['line 1', 'line 2']);
  });

  it('goes on in the next page with the same chat, and with what was not sent yet', async () => {
    const at = await started();
    at.conversation.send('are you there?');
    await settle();
    const sent = at.socket().commands('chat.send')[0] as Json;
    const page = await nextPage(at);
    await page.socket().welcome(CUSTOMER);
    const again = page.socket().commands('chat.send')[0] as Json;
    expect(again).toMatchObject({ client_id: sent.client_id, text: 'are you there?' });
    // It had been stored all the same: the server knows the line by its client id.
    const stored = line(1, { client_id: sent.client_id, text: 'are you there?' });
    await page.socket().deliver(stored);
    await page.socket().answer('chat.send', { message: stored.message });
    expect(texts(page.it)).toEqual(['are you there?']);
    const third = await nextPage(page);
    await third.socket().welcome(CUSTOMER);
    expect(third.socket().commands('chat.send')).toEqual([]);
  });

  it('does not send again what came back as a line, though no answer did', async () => {
    const at = await started();
    at.conversation.send('hello');
    const { client_id } = at.socket().commands('chat.send')[0] as Json;
    await at.socket().deliver(line(1, { client_id, text: 'hello' }));
    const page = await nextPage(at);
    await page.socket().welcome(CUSTOMER);
    expect(page.socket().commands('chat.send')).toEqual([]);
  });

  it('counts what others said and nobody saw, across pages', async () => {
    const at = await started();
    const agent = { from: { id: 'agent1', role: 'agent', name: 'A' } };
    await at.socket().deliver(line(1, agent), line(2));
    expect(at.it.unread.get()).toBe(1);
    at.it.see();
    expect(at.it.unread.get()).toBe(0);
    const page = await nextPage(at);
    await page.socket().welcome(CUSTOMER);
    await page.socket().deliver(line(1, agent), line(2), line(3, agent));
    expect(page.it.unread.get()).toBe(1);
  });

  it('is over when the server does not know it any more', async () => {
    const at = await started();
    const page = await nextPage(at);
    await page.socket().open();
    await page.socket().deliver({ type: 'bye', reason: 'token_expired' });
    expect(page.it.stage.get().stage).toBe('none');
    const next = await nextPage(page);
    expect(next.it.stage.get().stage).toBe('none');
    expect(next.sockets).toHaveLength(0);
  });

  it('that is over for the server has no lines left that nobody saw', async () => {
    const { socket, it } = await started();
    await socket().deliver(line(1, { from: { id: 'agent1', role: 'agent', name: 'A' } }));
    expect(it.unread.get()).toBe(1);
    await socket().deliver({ type: 'bye', reason: 'token_expired' });
    expect(it.stage.get().stage).toBe('none');
    expect(it.unread.get()).toBe(0);
  });

  it('knows its place in the queue', async () => {
    const { socket, conversation } = await started();
    const ewt = { p50_s: 20, p90_s: 60 };
    await socket().deliver({ type: 'chat.position', chat_id: 'cht_1', seq: 1, position: 2, ewt });
    expect(conversation.chat.get()).toMatchObject({ position: 2, ewt });
  });

  it('is told of what was lost, after a resync', async () => {
    const { socket, reply, it } = await started();
    const all = Array.from({ length: 3 }, (_, at) => message(at + 1));
    reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: all, last: 3 }));
    await socket().deliver({ type: 'resync', chats: [{ ...CUSTOMER.chats[0], seq: 3 }] });
    await settle();
    expect(texts(it)).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('ends for everybody when the customer ends it, and is known to be over at once', async () => {
    const { it, reply, asked, conversation } = await started();
    const closed = { at: '2026-01-05T09:00:00.000Z', reason: 'customer_left' };
    reply('POST /chats/cht_1/end', ok(chat({ state: 'closed', rev: 11, closed })));
    await it.end();
    expect(asked.at(-1)).toMatchObject({ path: '/chats/cht_1/end' });
    expect(conversation.chat.get()?.closed).toEqual(closed);
  });
});

describe('the token', () => {
  const quietly = async (at: World, ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      await at.clock.pass(10_000);
      if (at.socket().commands('ping').length) await at.socket().answer('ping');
    }
  };
  const RENEWED = { token: 'token-2', expires_at: '2026-01-05T11:00:00.000Z' };

  it('is renewed five minutes before its end, and the open connection with it', async () => {
    const at = await started();
    at.reply('POST /chats/cht_1/token', ok(RENEWED));
    await quietly(at, 54 * 60_000);
    expect(at.asked).toHaveLength(1);
    await quietly(at, 2 * 60_000);
    expect(at.asked[1]).toMatchObject({ path: '/chats/cht_1/token' });
    const renewed = at.sockets.flatMap((socket) => socket.commands('token.renew'));
    expect(renewed[0]).toMatchObject({ token: 'token-2' });
    const page = await nextPage(at);
    await page.socket().open();
    expect(page.socket().hello.token).toBe('token-2');
  });

  it.each([
    ['behind', -3 * 3_600_000],
    ['ahead', 3 * 3_600_000],
  ])('is renewed in time, and not all the time, by a clock that is hours %s', async (_, skew) => {
    const at = world();
    at.clock.skewMs = skew;
    at.reply('POST /chats', ok(STARTED, 201));
    at.reply('POST /chats/cht_1/token', ok({ ...RENEWED, expires_at: STARTED.expires_at }));
    const it = visitor(at);
    await it.start({});
    await settle();
    await at.socket().welcome(CUSTOMER);
    await quietly(at, 58 * 60_000);
    const renewals = at.asked.filter((call) => call.path.endsWith('/token')).length;
    expect(renewals).toBeGreaterThanOrEqual(1);
    expect(renewals).toBeLessThanOrEqual(58 * 2);
  });

  it('that cannot be renewed any more is let be', async () => {
    const at = await started();
    at.reply('POST /chats/cht_1/token', problem(403, { code: 'forbidden', detail: 'over' }));
    await quietly(at, 70 * 60_000);
    expect(at.asked.filter((call) => call.path.endsWith('/token'))).toHaveLength(1);
  });
});
