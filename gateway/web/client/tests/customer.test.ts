// A customer's visit: one chat from one start, across pages, with a token that does not run out.

import { describe, expect, it } from 'vitest';
import { customer } from '../src/customer.ts';
import { chat, type Json, line, message, ok, problem, settle, type World, world } from './world.ts';

const token = 'token-1';
const STARTED = {
  chat_id: 'cht_1',
  token,
  expires_at: '2026-01-05T10:00:01.000Z',
  state: 'queued',
  queue: 'billing',
  position: 1,
  ewt: null,
  seq: 1,
};
const CUSTOMER = {
  role: 'customer',
  id: 'cus_1',
  chats: [
    chat({ participants: [{ id: 'cus_1', role: 'customer', name: '', state: 'connected' }] }),
  ],
};

function visitor(at: World) {
  return customer({ url: 'http://baton.test', storage: at.storage, platform: at.platform });
}

async function started() {
  const at = world();
  at.reply('POST /chats', ok(STARTED, 201));
  const it = visitor(at);
  await it.start({ queue: 'billing', text: 'hello' });
  await settle();
  await at.socket().welcome(CUSTOMER);
  return { ...at, it, conversation: open(it) };
}

/** Another page of the same browser: the first one is gone without a word. */
async function nextPage(at: World) {
  const page = { ...world(), storage: at.storage };
  const it = visitor(page);
  await settle();
  return { ...page, it };
}

function open(it: ReturnType<typeof customer>) {
  const stage = it.stage.get();
  if (stage.stage !== 'open') throw new Error(`the visit is ${stage.stage}`);
  return stage.conversation;
}
const texts = (it: ReturnType<typeof customer>) =>
  open(it)
    .lines.get()
    .map((one) => one.text);

describe('a start', () => {
  it('is repeated under the same key until it is known', async () => {
    const at = world();
    at.reply(
      'POST /chats',
      'network',
      problem(503, { code: 'unavailable', retry_after_s: 1 }),
      ok(STARTED, 201),
    );
    const it = visitor(at);
    const done = it.start({ queue: 'billing' });
    expect(it.stage.get().stage).toBe('starting');
    await at.clock.pass(5_000);
    await done;
    const keys = at.asked.map((call) => call.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]?.length).toBeGreaterThanOrEqual(22);
    expect(open(it).id).toBe('cht_1');
  });

  it('that a page did not live to see answered is repeated by the next one', async () => {
    const at = world();
    const first = visitor(at);
    void first.start({ queue: 'billing' });
    await settle();
    const page = { ...world(), storage: at.storage };
    page.reply('POST /chats', ok(STARTED, 201));
    const it = visitor(page);
    await settle();
    expect(page.asked[0]?.headers['idempotency-key']).toBe(at.asked[0]?.headers['idempotency-key']);
    expect(page.asked[0]?.body).toEqual({ queue: 'billing' });
    expect(open(it).id).toBe('cht_1');
  });

  it('that is refused says why, and is forgotten', async () => {
    const at = world();
    at.reply('POST /chats', problem(409, { code: 'queue_closed', detail: 'closed' }));
    const it = visitor(at);
    await it.start({});
    expect(it.stage.get()).toMatchObject({ stage: 'refused', error: { code: 'queue_closed' } });
    const page = await nextPage(at);
    expect(page.it.stage.get().stage).toBe('none');
  });

  it('that failed is the same start when it is asked again, and another when it is another', async () => {
    const at = world();
    at.reply('POST /chats', 'network');
    const it = visitor(at);
    const keys: Array<string | undefined> = [];
    for (const text of ['a', 'a', 'b']) {
      const done = it.start({ text });
      await at.clock.pass(60_000);
      await done;
      expect(it.stage.get()).toMatchObject({ stage: 'refused', error: { code: 'network' } });
      keys.push(at.asked.at(-1)?.headers['idempotency-key']);
    }
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('of long ago is not repeated by a page that nobody asked', async () => {
    const at = world();
    void visitor(at).start({ text: 'hello' });
    await settle();
    const page = { ...world(), storage: at.storage };
    page.clock.sleep(60_000);
    expect(visitor(page).stage.get().stage).toBe('none');
    expect(page.asked).toEqual([]);
  });

  it('after a chat that is over is linked to it', async () => {
    const at = await started();
    await at.it.start({ queue: 'sales' });
    expect(at.asked[1]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(at.asked[1]?.headers['idempotency-key']).not.toBe(
      at.asked[0]?.headers['idempotency-key'],
    );
  });
});

describe('a start after a chat that was left', () => {
  const bearers = (at: World) => at.asked.map((call) => call.headers.authorization);

  it('is linked to it, also when it is refused at first, until one succeeds', async () => {
    const at = await started();
    at.it.leave();
    at.reply('POST /chats', problem(409, { code: 'queue_full' }), ok(STARTED, 201));
    await at.it.start({ text: 'a' });
    await at.it.start({ text: 'b' });
    expect(bearers(at).slice(1)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  });

  it('is linked to it by the next page', async () => {
    const at = await started();
    at.it.leave();
    const page = await nextPage(at);
    expect(page.it.stage.get().stage).toBe('none');
    page.reply('POST /chats', ok(STARTED, 201));
    await page.it.start({ text: 'a' });
    expect(bearers(page)).toEqual([`Bearer ${token}`]);
  });

  it('is linked to nothing where that is not known any more', async () => {
    const at = await started();
    at.it.leave();
    at.reply('POST /chats', problem(401, { code: 'unauthenticated' }), ok(STARTED, 201));
    await at.it.start({ text: 'a' });
    expect(bearers(at).slice(1)).toEqual([`Bearer ${token}`, undefined]);
    expect(open(at.it).id).toBe('cht_1');
  });
});

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

  it('ends for everybody when the customer ends it', async () => {
    const { it, reply, asked } = await started();
    reply('POST /chats/cht_1/end', ok(chat({ state: 'closed' })));
    await it.end();
    expect(asked.at(-1)).toMatchObject({ path: '/chats/cht_1/end' });
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
